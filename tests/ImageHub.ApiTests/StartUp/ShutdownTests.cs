using System.Net;
using System.Net.Sockets;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using static ImageHub.Testing.Polling;

namespace ImageHub.ApiTests.StartUp;

/// <summary>A service with the embedded database that is asked to stop during uploads or during its first start.</summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task A_stop_waits_for_running_uploads_until_the_deadline_and_leaves_nothing_of_the_unfinished_ones()
    {
        await using var hub = new ImageHubProcess();
        Guid group;
        using (var admin = await hub.StartAndSignInAsync())
        {
            group = await admin.CreateGroupAsync();
            var (_, urls) = await admin.AnnounceAsync(group, [("tus.jpg", TestImages.Jpeg(seed: 1))]);
            var rest = new TaskCompletionSource();
            using var tus = new SlowContent(TestImages.Jpeg(seed: 1), rest.Task, "application/offset+octet-stream");
            using var put = new SlowContent(TestImages.Jpeg(seed: 2), rest.Task);
            using var part = new SlowContent(TestImages.Jpeg(seed: 4), rest.Task);
            using var form = new MultipartFormDataContent { { new ByteArrayContent(TestImages.Jpeg(seed: 3)), "files", "form.jpg" }, { part, "files", "form2.jpg" } };
            var uploads = new[]
            {
                (admin.TusPatchAsync(urls[0], 0, tus), HttpStatusCode.NoContent),
                (admin.PutAsync($"/api/v1/groups/{group}/images/put.jpg", put), HttpStatusCode.Created),
                (admin.PostAsync($"/api/v1/groups/{group}/images", form), HttpStatusCode.Created),
            };
            await EventuallyInFlightAsync(hub, tus, put, part);

            await ProcessSignals.SendAsync("TERM", hub.ProcessId);

            // The second half arrives after the server stops accepting connections.
            await EventuallyRefusedAsync(admin.BaseAddress!);
            rest.SetResult();
            foreach (var (upload, status) in uploads)
            {
                await upload.StatusAsync(status);
            }

            await hub.EndAsync();
            hub.ExitCode.ShouldBe(0);
        }

        hub.Environment["Shutdown__DeadlineSeconds"] = "1";
        using var again = await hub.StartAndSignInAsync();
        (await again.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(image => image.Text("fileName")).ShouldBe(["tus.jpg", "put.jpg", "form.jpg", "form2.jpg"], ignoreOrder: true);
        var objects = Objects(hub);
        var never = new TaskCompletionSource();
        using var endless = new SlowContent(TestImages.Jpeg(seed: 5), never.Task);
        var unfinished = again.PutAsync($"/api/v1/groups/{group}/images/late.jpg", endless);
        await EventuallyInFlightAsync(hub, endless);

        var asked = TimeProvider.System.GetTimestamp();
        await ProcessSignals.SendAsync("TERM", hub.ProcessId);
        await hub.EndAsync();

        // Without the setting, the stop would take 30 s.
        TimeProvider.System.GetElapsedTime(asked).TotalSeconds.ShouldBeInRange(1, 25);
        hub.ExitCode.ShouldBe(0, hub.Output);
        hub.Output.Contains("Exception", StringComparison.Ordinal).ShouldBeFalse(hub.Output);
        never.SetResult();
        await Should.ThrowAsync<HttpRequestException>(() => unfinished);
        Objects(hub).ShouldBe(objects, ignoreOrder: true);
        Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "staging"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        File.Exists(Path.Combine(hub.DataDirectory, "postgres", "postmaster.pid")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("PG_VERSION", "1")]
    [InlineData("postmaster.pid", "")]
    [InlineData("postmaster.pid", "ready")]
    public async Task A_stop_during_the_first_start_leaves_no_process_and_the_next_start_continues(string file, string content)
    {
        await using var hub = new ImageHubProcess { IsFirstStart = true };
        var running = hub.RunAsync();
        var path = Path.Combine(hub.DataDirectory, "postgres", file);
        await EventuallyAsync(() => Task.FromResult(Contains(path, content)));

        await ProcessSignals.SendAsync("TERM", hub.ProcessId);
        await running;

        hub.ExitCode.ShouldBe(0, hub.Output);
        hub.Output.Contains("Exception", StringComparison.Ordinal).ShouldBeFalse(hub.Output);
        File.Exists(Path.Combine(hub.DataDirectory, "postgres", "postmaster.pid")).ShouldBeFalse();
        using var admin = await hub.StartAndSignInAsync();
        await admin.AddImageAsync(await admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg());
    }

    private static bool Contains(string path, string content)
    {
        try
        {
            return File.Exists(path) && File.ReadAllText(path).Contains(content, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // PostgreSQL writes the file, removes it, and writes it again.
            return false;
        }
    }

    private static string[] Objects(ImageHubProcess hub) => StoredFiles.Of(hub.DataDirectory);

    /// <summary>Waits until the first half of each upload has arrived: stopping closes connections whose request has not started.</summary>
    private static Task EventuallyInFlightAsync(ImageHubProcess hub, params SlowContent[] uploads) => EventuallyAsync(() =>
    {
        try
        {
            var arrived = new DirectoryInfo(Path.Combine(hub.DataDirectory, "staging")).EnumerateFiles("original", SearchOption.AllDirectories).Select(file => (int)file.Length).ToHashSet();
            return Task.FromResult(uploads.All(upload => arrived.Contains(upload.FirstBytes)));
        }
        catch (IOException)
        {
            // A complete file has just been moved from here.
            return Task.FromResult(false);
        }
    });

    private static Task EventuallyRefusedAsync(Uri server) => EventuallyAsync(async () =>
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.Host, server.Port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    });
}
