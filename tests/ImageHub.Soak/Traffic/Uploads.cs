using System.Globalization;
using System.Net;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.Soak.Traffic;

/// <summary>An admin uploads a batch, a guest sends a photo by tus, and a WebDAV client writes a file.</summary>
internal static class Uploads
{
    private const int BatchFiles = 4;

    /// <summary>Error codes after which a client should send the file again.</summary>
    private static readonly string[] Temporary = ["storageUnavailable", "databaseUnavailable", "serverBusy", "tooManyRequests"];

    public static async Task SendBatchAsync(Gallery gallery, Answers answers, Random random)
    {
        var files = Enumerable.Range(0, BatchFiles).Select(_ => gallery.Ledger.NewFile()).ToList();
        var answer = await answers.AskAsync(
            "batch", () => gallery.Admin.PostImagesAsync(gallery.Choose(random).Id, files.Select(file => (file.FileName, file.Content))), HttpStatusCode.UnprocessableEntity);
        if (!answer.IsSuccess && answer.Status != HttpStatusCode.UnprocessableEntity)
        {
            return;
        }

        var report = JsonSerializer.Deserialize<JsonElement>(answer.Body);
        foreach (var uploaded in report.Items("uploaded"))
        {
            gallery.Ledger.Put(files[uploaded.GetProperty("index").GetInt32()].Keep(uploaded.Id()));
        }

        foreach (var failed in report.Items("failed").Where(failed => !Temporary.Contains(failed.Text("code"), StringComparer.Ordinal)))
        {
            answers.AddFinding($"batch: an intact file failed: {failed}");
        }
    }

    public static async Task SendAsGuestAsync(Gallery gallery, Answers answers)
    {
        using var guest = await gallery.NewGuestAsync();
        var file = gallery.Ledger.NewFile();
        if (!(await answers.AskAsync("guest opens", () => guest.Client.GetAsync(guest.Path))).IsSuccess)
        {
            return;
        }

        var announced = await answers.AskAsync("guest announces", () => guest.AnnounceAsync("Grace", (file.FileName, file.Content)));
        if (announced.IsSuccess)
        {
            var url = JsonSerializer.Deserialize<JsonElement>(announced.Body).Items("files")[0].Text("uploadUrl")!;
            if ((await answers.AskAsync("guest sends", () => guest.Client.TusPatchAsync(url, 0, file.Content))).IsSuccess)
            {
                gallery.Ledger.Put(file.Keep(null, Place.Pending));
            }
        }
    }

    public static async Task UseDavAsync(Gallery gallery, Answers answers, Random random)
    {
        var group = gallery.Choose(random);
        var file = gallery.Ledger.NewFile();
        if (!(await answers.AskAsync("dav put", () => gallery.Dav.PutAsync(group.Folder + file.FileName, new ByteArrayContent(file.Content)))).IsSuccess)
        {
            return;
        }

        // The answer has no id, so the ledger identifies the photo by its name.
        var photo = file.Keep(null);
        gallery.Ledger.Put(photo);
        await answers.AskAsync("dav list", () => gallery.Dav.DavAsync("PROPFIND", group.Folder, null, ("Depth", "1")));

        // An admin may have moved or deleted the photo.
        var read = await answers.AskAsync("dav get", () => gallery.Dav.GetAsync(group.Folder + file.FileName), HttpStatusCode.NotFound);
        if (read.IsSuccess && read.Body.Length != file.Content.Length)
        {
            answers.AddFinding(string.Create(CultureInfo.InvariantCulture, $"dav get: {read.Body.Length} bytes instead of {file.Content.Length}"));
        }
    }
}
