using System.Globalization;
using System.Net;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.Faults.Clients;

/// <summary>One of several clients that change a gallery at the same time. A client changes only photos that it has sent itself.</summary>
/// <param name="gallery">The gallery.</param>
/// <param name="number">The client's number in its run.</param>
internal abstract class Sender(Gallery gallery, int number) : IDisposable
{
    private readonly List<Photo> own = [];
    private int sent;

    protected Gallery Gallery => gallery;

    protected Model Model => gallery.Model;

    protected Random Random { get; } = gallery.Plan.ForClient(number);

    /// <summary>Makes changes until the run ends or all steps are done.</summary>
    public async Task RunAsync()
    {
        for (var step = 0; step < Plan.Steps && !gallery.Ended.IsCancellationRequested; step++)
        {
            try
            {
                await StepAsync();
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException or System.Net.Sockets.SocketException)
            {
                // The server has ended during the request, or is restarting.
                await Task.WhenAny(Task.Delay(100, gallery.Ended));
            }
        }
    }

    public virtual void Dispose()
    {
    }

    /// <summary>Makes one change.</summary>
    protected abstract Task StepAsync();

    /// <summary>Makes a photo that no other client has.</summary>
    protected Photo NewPhoto(bool isGuests = false)
    {
        var seed = unchecked((((gallery.Plan.Seed * 31) + number) * 1_009) + sent);
        var isLarge = Random.Next(8) == 0;
        var (width, height) = isLarge ? (1_600, 1_200) : (160, 120);
        var content = IsPng(sent) ? TestImages.Png(width, height, seed) : TestImages.Jpeg(width, height, seed);

        // The public copy does not keep a comment. The server therefore also stores the original of a photo with a comment.
        var photo = new Photo(isGuests || IsPng(sent) || Random.Next(2) == 0 ? content : TestImages.WithSegment(content, 0xFE, BitConverter.GetBytes(seed)), isGuests);
        own.Add(photo);
        Model.Add(photo);
        return photo;
    }

    /// <summary>A file name for the last photo.</summary>
    protected string NewName() => string.Create(CultureInfo.InvariantCulture, $"{gallery.Plan.Seed}-{number}-{sent}.{(IsPng(sent++) ? "png" : "jpg")}");

    /// <summary>Chooses a photo of this client whose state is certain and fits; null if there is none.</summary>
    protected Photo? Choose(Func<PhotoState, bool> fits)
    {
        var choices = own.Where(photo => photo is { IsCertain: true, Id: not null, State: not null } && fits(photo.State)).ToList();
        return choices.Count == 0 ? null : choices[Random.Next(choices.Count)];
    }

    /// <summary>Chooses a shared group.</summary>
    protected Guid ChooseGroup() => Model.Shared[Random.Next(Model.Shared.Count)];

    /// <summary>Sends a change of one photo, and records the answer's meaning in the model.</summary>
    /// <returns>Whether the change was acknowledged.</returns>
    protected async Task<bool> ChangeAsync(Photo photo, PhotoState? next, Func<Task<HttpResponseMessage>> send)
    {
        photo.Begin(next);
        gallery.CountBegun();
        using var answer = await send();
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.IsSuccessStatusCode && IsDone(text))
        {
            photo.Confirm(next);
            gallery.CountAcknowledged();
            if (photo.Id is null && next is not null && FindId(text) is { } id)
            {
                photo.Id = id;
            }

            return true;
        }

        if (IsDefinite(answer.StatusCode))
        {
            photo.Refuse(next);
        }

        if (IsDefinite(answer.StatusCode) || IsDefect(answer.StatusCode))
        {
            gallery.AddRefusal($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.PathAndQuery}: {(int)answer.StatusCode} {text}");
        }

        return false;
    }

    /// <summary>Reads the id of an acknowledged photo. If the server does not answer, the photo stays without an id and is not changed any more.</summary>
    protected async Task FindIdAsync(Photo photo, string path, Func<JsonElement, IEnumerable<JsonElement>> find)
    {
        using var answer = await gallery.Admin.GetAsync(path);
        var images = answer.IsSuccessStatusCode ? find(JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync())).ToList() : [];
        if (images.Count == 1)
        {
            photo.Id = images[0].Id();
        }
        else if (answer.IsSuccessStatusCode || IsDefinite(answer.StatusCode))
        {
            gallery.AddRefusal($"{photo.State!.FileName} was acknowledged, and GET {path} does not have it");
        }
    }

    /// <summary>Whether a status proves a defect. A server that cannot answer at the moment says 503, or 507 in WebDAV.</summary>
    private static bool IsDefect(HttpStatusCode status) => (int)status >= 500 && status is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.InsufficientStorage);

    /// <summary>Whether a status says that nothing was changed.</summary>
    protected static bool IsDefinite(HttpStatusCode status) => (int)status is >= 400 and < 500 and not 429;

    /// <summary>Whether a successful answer reports no failure. Only the answer to a bulk action has a list of results.</summary>
    private static bool IsDone(string text) =>
        !text.StartsWith("{\"items\":", StringComparison.Ordinal) || JsonSerializer.Deserialize<JsonElement>(text).Items().All(item => item.GetProperty("status").GetInt32() < 300);

    private static bool IsPng(int number) => number % 4 == 3;

    private static Guid? FindId(string json) =>
        json.StartsWith('{') && JsonSerializer.Deserialize<JsonElement>(json) is var answer && answer.TryGetProperty("id", out var id) ? id.GetGuid() : null;
}
