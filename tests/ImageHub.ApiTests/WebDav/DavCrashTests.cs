using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;

namespace ImageHub.ApiTests.WebDav;

/// <summary>The real program, killed while WebDAV clients write.</summary>
public sealed class DavCrashTests
{
    [Fact]
    public async Task After_a_kill_each_new_file_is_whole_or_absent_and_an_image_that_was_being_replaced_keeps_its_former_bytes()
    {
        var former = TestImages.Jpeg(1200, 900, seed: 1);
        await using var hub = new ImageHubProcess();
        string key;
        using (var admin = await hub.StartAndSignInAsync())
        {
            key = await admin.CreateKeyAsync("admin");
            using var dav = Client(admin, key);
            await dav.MkcolAsync("/dav/Kept");
            await dav.PutDavAsync("/dav/Kept/old.jpg", former);
            var killed = new TaskCompletionSource();
            SlowContent[] halves = [new(TestImages.Jpeg(1200, 900, seed: 2), killed.Task), new(TestImages.Jpeg(1200, 900, seed: 3), killed.Task), new(new byte[200_000], killed.Task)];
            var halfWritten = halves.Zip((string[])["old.jpg", "new.jpg", "note.bin"], (content, name) => dav.PutAsync($"/dav/Kept/{name}", content)).ToList();
            await Task.WhenAll(halves.Select(content => content.Begun));

            // Twenty more uploads send their whole body without a pause. The first has finished at the time of the kill; the others may be at any point.
            var whole = Enumerable.Range(10, 20).Select(seed => dav.PutAsync($"/dav/Kept/{seed}.jpg", new ByteArrayContent(TestImages.Jpeg(1200, 900, seed)))).ToList();
            await whole[0];
            await hub.KillAsync();
            killed.SetResult();
            foreach (var writing in halfWritten)
            {
                await Should.ThrowAsync<HttpRequestException>(() => writing);
            }

            await Task.WhenAll(whole).ContinueWith(static _ => { }, TaskScheduler.Default);
        }

        using var again = await hub.StartAndSignInAsync();
        using var client = Client(again, key);
        var listed = await client.ListDavAsync("/dav/Kept");
        listed.ShouldContain("/dav/Kept/10.jpg");
        listed.ShouldNotContain("/dav/Kept/new.jpg");
        listed.ShouldNotContain("/dav/Kept/note.bin");
        (await client.GetByteArrayAsync("/dav/Kept/old.jpg")).ShouldBe(former);
        foreach (var path in listed.Where(path => path != "/dav/Kept/old.jpg"))
        {
            (await client.GetByteArrayAsync(path)).ShouldBe(TestImages.Jpeg(1200, 900, int.Parse(Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture)));
        }

        // Only the objects of the listed images exist, and staging contains only the lock file of the restarted server.
        StoredFiles.Of(hub.DataDirectory).Length.ShouldBe(4 * listed.Count);
        Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "staging"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["lock"]);
        await client.PutDavAsync("/dav/Kept/new.jpg", TestImages.Jpeg(1200, 900, seed: 3));

        // Some clients delete the address of a failed upload. The server refuses, because this would delete the former image.
        await client.DeleteAsync("/dav/Kept/old.jpg").ProblemAsync(HttpStatusCode.Conflict, "uploadFailed");
    }

    /// <summary>A client that sends a body only after the server has begun to read it.</summary>
    private static HttpClient Client(HttpClient admin, string key) => new(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout.InfiniteTimeSpan })
    {
        BaseAddress = admin.BaseAddress,
        DefaultRequestHeaders = { ExpectContinue = true, Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"admin:{key}"))) },
    };
}
