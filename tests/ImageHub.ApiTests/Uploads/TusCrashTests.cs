using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;

namespace ImageHub.ApiTests.Uploads;

/// <summary>The real program, killed during uploads, and clients that resume them.</summary>
public sealed class TusCrashTests
{
    private const int Files = 250;

    [Fact]
    public async Task Hundreds_of_files_arrive_complete_and_once_although_the_server_is_killed_three_times()
    {
        // Small pictures; trailing bytes make each file unique.
        var pictures = Enumerable.Range(0, 10).Select(i => TestImages.Jpeg(120, 90, seed: i)).ToArray();
        var files = Enumerable.Range(0, Files).Select(i => (FileName: $"{i:000}.jpg", Content: (byte[])[.. pictures[i % 10], (byte)i, (byte)(i >> 8)])).ToArray();
        await using var hub = new ImageHubProcess();
        var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync();
        var (upload, urls) = await admin.AnnounceAsync(group, files);
        var missing = new ConcurrentDictionary<int, string>(urls.Select((url, index) => KeyValuePair.Create(index, url)));

        foreach (var kill in (int[])[50, 110, 175])
        {
            using var stop = new CancellationTokenSource();
            var sending = SendAsync(admin, files, missing, stop.Token);
            while (Files - missing.Count < kill)
            {
                if (sending.IsCompleted)
                {
                    // A busy machine broke a connection. What did not arrive is sent again.
                    await sending;
                    sending = SendAsync(admin, files, missing, stop.Token);
                }

                await Task.Delay(5);
            }

            await hub.KillAsync();
            await stop.CancelAsync();
            await sending;
            admin.Dispose();
            admin = await hub.StartAndSignInAsync();
            (await admin.ReceiptAsync(upload)).GetProperty("uploaded").GetInt32().ShouldBeGreaterThanOrEqualTo(kill);
        }

        await SendAsync(admin, files, missing, CancellationToken.None);

        var receipt = await admin.ReceiptAsync(upload, "?pageSize=1000");
        (receipt.Text("state"), receipt.GetProperty("uploaded").GetInt32()).ShouldBe(("finished", Files));
        receipt.Items("files").Select(file => file.Id("imageId")).Distinct().Count().ShouldBe(Files);
        (await admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(Files);
        foreach (var file in receipt.Items("files"))
        {
            (await admin.GetByteArrayAsync($"/api/v1/images/{file.Id("imageId")}/original")).AsSpan()
                .SequenceEqual(files[file.GetProperty("index").GetInt32()].Content).ShouldBeTrue(file.Text("fileName"));
        }

        var first = (await admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items();
        first.Select(image => image.Text("fileName")).ShouldBe(files.Take(100).Select(file => file.FileName));

        // Each file has five objects (low, medium, high, full and original). No other parts or objects are left.
        StoredFiles.Of(hub.DataDirectory).Length.ShouldBe(5 * Files);
        Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "staging"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["lock"]);
        admin.Dispose();
    }

    /// <summary>Sends the missing files, some in two parts and the others several in one request, until all have arrived or the server has ended.</summary>
    private static Task SendAsync(HttpClient admin, (string FileName, byte[] Content)[] files, ConcurrentDictionary<int, string> missing, CancellationToken stop) =>
        Parallel.ForEachAsync(missing.OrderByDescending(file => file.Key).Chunk(10), new ParallelOptions { MaxDegreeOfParallelism = 6, CancellationToken = CancellationToken.None }, async (some, _) =>
        {
            try
            {
                var whole = new List<KeyValuePair<int, string>>();
                foreach (var (number, url) in some)
                {
                    stop.ThrowIfCancellationRequested();
                    using var head = await admin.TusHeadAsync(url);
                    head.StatusCode.ShouldBe(HttpStatusCode.OK);
                    var offset = int.Parse(head.Header("Upload-Offset")!, System.Globalization.CultureInfo.InvariantCulture);
                    var content = files[number].Content;
                    if (offset == 0 && number % 5 != 0)
                    {
                        whole.Add(new(number, url));
                        continue;
                    }

                    if (offset == 0)
                    {
                        await admin.TusPatchAsync(url, 0, content[..500]).StatusAsync(HttpStatusCode.NoContent);
                        offset = 500;
                    }

                    if (offset < content.Length)
                    {
                        await admin.TusPatchAsync(url, offset, content[offset..]).StatusAsync(HttpStatusCode.NoContent);
                    }

                    missing.TryRemove(number, out var _);
                }

                if (whole.Count > 0)
                {
                    var answer = await admin.SendFilesAsync(whole.Select(file => (file.Value, files[file.Key].Content))).JsonAsync();
                    answer.Items("files").ShouldAllBe(file => file.Text("status") == "uploaded");
                    whole.ForEach(file => missing.TryRemove(file.Key, out var _));
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or SocketException or OperationCanceledException)
            {
                // The server has ended and the files are still missing. If it ends while the client reads a new connection's address, the error is a
                // SocketException.
            }
        });
}
