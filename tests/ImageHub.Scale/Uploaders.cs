using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.Scale;

/// <summary>The files that an instance has acknowledged: the image's id and the SHA-256 of the file as sent.</summary>
internal sealed class Acknowledged
{
    private readonly ConcurrentDictionary<Guid, string> files = new();
    private int seed = 10_000;

    public IReadOnlyDictionary<Guid, string> Files => files;

    public void Add(Guid image, byte[] file) => files[image] = Hash(file);

    /// <summary>Draws a photo that no other uploader sends.</summary>
    public byte[] NewPhoto() => TestImages.Jpeg(800, 600, Interlocked.Increment(ref seed));

    public static string Hash(byte[] file) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(file));
}

/// <summary>Sends batches of files. The next batch contains the files that were not acknowledged.</summary>
internal sealed class BatchUploader(HttpClient http, Func<Counts> phase, Acknowledged acknowledged, Guid group) : Client(http, phase)
{
    private const int BatchFiles = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>The error codes after which a client should send the file again.</summary>
    private static readonly string[] Temporary = ["storageUnavailable", "databaseUnavailable", "serverBusy"];

    public override async Task RunAsync(CancellationToken end)
    {
        List<byte[]> pending = [];
        while (!end.IsCancellationRequested || pending.Count > 0)
        {
            while (pending.Count < BatchFiles && !end.IsCancellationRequested)
            {
                pending.Add(acknowledged.NewPhoto());
            }

            await AskAsync(() => Http.PostAsync($"/api/v1/groups/{group}/images", Body(pending), CancellationToken.None), async answer =>
            {
                var report = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(CancellationToken.None));
                if (!report.TryGetProperty("failed", out _))
                {
                    return (Outcome.Wrong, 0);
                }

                // The server skips a file that an instance had stored before it died without an answer.
                var stored = report.Items("uploaded").Select(item => (Index: item.GetProperty("index").GetInt32(), Image: item.Id()))
                    .Concat(report.Items("skipped").Select(item => (Index: item.GetProperty("index").GetInt32(), Image: item.Id("existingId"))))
                    .ToList();
                foreach (var (index, image) in stored)
                {
                    acknowledged.Add(image, pending[index]);
                }

                var sent = pending;
                pending = [.. sent.Where((_, index) => stored.TrueForAll(file => file.Index != index))];
                var isUnderstood = report.Items("failed").All(item => Temporary.Contains(item.Text("code"), StringComparer.Ordinal));
                return (!isUnderstood ? Outcome.Wrong : stored.Count > 0 ? Outcome.Good : Outcome.Refused, stored.Count);
            });
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private static MultipartFormDataContent Body(List<byte[]> files)
    {
        var body = new MultipartFormDataContent();
        foreach (var file in files)
        {
            body.AddFile($"{Acknowledged.Hash(file)[..16]}.jpg", file);
        }

        return body;
    }
}

/// <summary>Sends one file after the other by tus, each in three parts. After an error, continues at the offset that the server reports.</summary>
internal sealed class TusUploader(HttpClient http, Func<Counts> phase, Acknowledged acknowledged, Guid group) : Client(http, phase)
{
    private const string ImageId = "ImageHub-Image-Id";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    public override async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await SendAsync(acknowledged.NewPhoto());
        }
    }

    private async Task SendAsync(byte[] photo)
    {
        string? url = null;
        while (!await AskAsync(() => Http.TusCreateAsync(photo.Length, group, $"{Acknowledged.Hash(photo)[..16]}.jpg"), answer =>
        {
            url = answer.Headers.Location?.OriginalString;
            return Task.FromResult((url is null ? Outcome.Wrong : Outcome.Good, 0));
        }))
        {
            await Task.Delay(Pause);
        }

        var part = (photo.Length / 3) + 1;
        var offset = 0;
        var isStored = false;
        while (!isStored)
        {
            var isTaken = await AskAsync(() => Http.TusPatchAsync(url!, offset, photo[offset..Math.Min(offset + part, photo.Length)]), Read);
            while (!isTaken)
            {
                await Task.Delay(Pause);
                isTaken = await AskAsync(() => Http.TusHeadAsync(url!), Read);
            }
        }

        Task<(Outcome Outcome, int Files)> Read(HttpResponseMessage answer)
        {
            if (answer.Header(ImageId) is { } image)
            {
                acknowledged.Add(Guid.Parse(image), photo);
                isStored = true;
                return Task.FromResult((Outcome.Good, 1));
            }

            if (answer.Header("Upload-Offset") is not { } reached)
            {
                return Task.FromResult((Outcome.Wrong, 0));
            }

            offset = int.Parse(reached, CultureInfo.InvariantCulture);
            return Task.FromResult((Outcome.Good, 0));
        }
    }
}
