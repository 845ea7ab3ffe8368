using System.Diagnostics;
using System.Net;
using ImageHub.Testing;

namespace ImageHub.Faults.Clients;

/// <summary>An upload in parts (tus 1.0). After a restart, it continues at the offset that the server reports.</summary>
internal static class PartialUpload
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(500);

    /// <summary>Sends a file in one or two parts.</summary>
    public static async Task SendAsync(Gallery gallery, HttpClient client, PartialFile file, Random random)
    {
        gallery.Model.Add(file);
        if (random.Next(2) == 0)
        {
            var half = file.Photo.Content.Length / 2;
            gallery.CountBegun();
            using var first = await client.TusPatchAsync(file.Url, 0, file.Photo.Content[..half]);
            if (first.StatusCode != HttpStatusCode.NoContent)
            {
                return;
            }

            file.Acknowledged = half;
        }

        await FinishAsync(gallery, client, file, file.Acknowledged);
    }

    /// <summary>Asks for the number of stored bytes and sends the missing ones. Tries again while the server is busy, as clients of tus do.</summary>
    /// <param name="gallery">The gallery.</param>
    /// <param name="client">The client that has begun the upload.</param>
    /// <param name="file">The file.</param>
    /// <param name="limit">The time after which a busy server counts as an error.</param>
    /// <returns>An error, or null.</returns>
    public static async Task<string?> ResumeAsync(Gallery gallery, HttpClient client, PartialFile file, TimeSpan limit)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var (error, isBusy) = await TryResumeAsync(gallery, client, file);
            if (!isBusy || Stopwatch.GetElapsedTime(began) > limit)
            {
                return error;
            }

            await Task.Delay(BetweenAttempts);
        }
    }

    private static async Task<(string? Error, bool IsBusy)> TryResumeAsync(Gallery gallery, HttpClient client, PartialFile file)
    {
        using var head = await client.TusHeadAsync(file.Url);
        if (head.StatusCode != HttpStatusCode.OK)
        {
            return ($"{file.Next.FileName}: HEAD of its upload is {(int)head.StatusCode} after {file.Acknowledged} acknowledged bytes", IsBusy(head));
        }

        var offset = int.Parse(head.Header("Upload-Offset")!, System.Globalization.CultureInfo.InvariantCulture);
        if (offset < file.Acknowledged)
        {
            return ($"{file.Next.FileName}: the server has {offset} bytes of its upload, but has acknowledged {file.Acknowledged}", false);
        }

        return await FinishAsync(gallery, client, file, offset);
    }

    private static async Task<(string? Error, bool IsBusy)> FinishAsync(Gallery gallery, HttpClient client, PartialFile file, int offset)
    {
        if (offset < file.Photo.Content.Length || !file.Photo.IsCertain)
        {
            file.Photo.Begin(file.Next);
        }

        gallery.CountBegun();
        using var last = await client.TusPatchAsync(file.Url, offset, file.Photo.Content[offset..]);
        if (last.StatusCode != HttpStatusCode.NoContent)
        {
            return ($"{file.Next.FileName}: its last bytes from {offset} are answered {(int)last.StatusCode} {await last.Content.ReadAsStringAsync()}", IsBusy(last));
        }

        file.Photo.Confirm(file.Next);
        gallery.CountAcknowledged();
        gallery.Model.Remove(file);
        return (null, false);
    }

    private static bool IsBusy(HttpResponseMessage answer) => answer.StatusCode == HttpStatusCode.ServiceUnavailable && answer.Headers.RetryAfter is not null;
}
