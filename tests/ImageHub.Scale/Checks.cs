using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Shouldly;

namespace ImageHub.Scale;

/// <summary>The rules that several instances must keep without failures. Each check returns a result to print, and throws if it fails.</summary>
internal sealed partial class Checks(IReadOnlyList<Instance> instances)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Each instance uploads, all instances list and send the photo, and one deletes it everywhere.</summary>
    public async Task<string> MainJobAsync()
    {
        for (var i = 0; i < instances.Count; i++)
        {
            var photo = TestImages.Jpeg(seed: i + 1);
            var group = await instances[i].Admin.CreateGroupAsync("Main job");
            var image = await At(i + 1).Admin.AddImageAsync(group, "harbour.jpg", photo);
            foreach (var instance in instances)
            {
                using var visitor = instance.NewVisitor();
                (await visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(item => item.Id()).ShouldBe([image]);
                (await visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(photo);
            }

            await At(i + 2).Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
            await EverywhereAsync(HttpStatusCode.NotFound, $"/api/v1/images/{image}");
        }

        return "uploaded, listed, read byte for byte and deleted through each instance";
    }

    /// <summary>Each part of a file goes to another instance.</summary>
    public async Task<string> TusAsync()
    {
        var photo = TestImages.Jpeg(seed: 20);
        var part = (photo.Length / 3) + 1;
        var group = await At(0).Admin.CreateGroupAsync("tus");
        var url = await At(0).Admin.TusBeginAsync(photo.Length, group, "harbour.jpg");
        await At(1).Admin.TusPatchAsync(url, 0, photo[..part]).StatusAsync(HttpStatusCode.NoContent);
        (await At(2).Admin.TusOffsetAsync(url)).ShouldBe(part);
        await At(2).Admin.TusPatchAsync(url, part, photo[part..(2 * part)]).StatusAsync(HttpStatusCode.NoContent);
        using var last = await At(0).Admin.TusPatchAsync(url, 2 * part, photo[(2 * part)..]);
        last.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await At(1).Admin.GetByteArrayAsync($"/api/v1/images/{last.Header("ImageHub-Image-Id")}/original")).ShouldBe(photo);
        return "begun on one instance, continued on two others, ended on the first";
    }

    /// <summary>A link works on all instances, and on none after one instance has revoked it.</summary>
    public async Task<string> LinksAsync()
    {
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < instances.Count; i++)
        {
            var group = await At(i).Admin.CreateGroupAsync("Shared", isPublished: false);
            await At(i).Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 30 + i));
            var link = await At(i).Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { expiresInSeconds = 3_600 }).JsonAsync(HttpStatusCode.Created);
            var url = $"/api/v1{link.Text("url")}/images";
            await EverywhereAsync(HttpStatusCode.OK, url);
            await At(i + 1).Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
            slowest = Max(slowest, await UntilEverywhereAsync(async visitor => await StatusAsync(visitor, url) == HttpStatusCode.NotFound));
        }

        slowest.ShouldBeLessThan(Second);
        return $"gone on all instances {Milliseconds(slowest)} after it was revoked on one";
    }

    /// <summary>After a change on one instance, the cached answers of all instances show the change.</summary>
    public async Task<string> KeptAnswersAsync()
    {
        var slowest = TimeSpan.Zero;
        for (var i = 0; i < instances.Count; i++)
        {
            var (here, there) = (await At(i).Admin.CreateGroupAsync("Here"), await At(i).Admin.CreateGroupAsync("There"));
            var image = await At(i).Admin.AddImageAsync(here, "a.jpg", TestImages.Jpeg(seed: 40 + i));
            string list = $"/api/v1/groups/{here}/images", low = $"/api/v1/images/{image}/low?r=1";
            await ChangeAsync(() => At(i + 1).Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { groupId = there }), async visitor => (await visitor.GetAsync(list).JsonAsync()).Items().Count == 0);
            await ChangeAsync(() => At(i + 2).Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { groupId = here }), async visitor => (await visitor.GetAsync(list).JsonAsync()).Items().Count == 1);
            await ChangeAsync(() => At(i + 1).Admin.PatchAsJsonAsync($"/api/v1/groups/{here}", new { isPublished = false }), async visitor => await StatusAsync(visitor, low) == HttpStatusCode.NotFound);
            await ChangeAsync(() => At(i + 2).Admin.PatchAsJsonAsync($"/api/v1/groups/{here}", new { isPublished = true }), async visitor => await StatusAsync(visitor, low) == HttpStatusCode.OK);
            await ChangeAsync(() => At(i).Admin.DeleteAsync($"/api/v1/images/{image}"), async visitor => await StatusAsync(visitor, low) == HttpStatusCode.NotFound);

            async Task ChangeAsync(Func<Task<HttpResponseMessage>> change, Func<HttpClient, Task<bool>> isSeen)
            {
                foreach (var instance in instances)
                {
                    // The second request gets the cached answer.
                    using var visitor = instance.NewVisitor();
                    await visitor.GetAsync(list);
                    await visitor.GetAsync(low);
                    (await isSeen(visitor)).ShouldBeFalse();
                }

                using var answer = await change();
                answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
                slowest = Max(slowest, await UntilEverywhereAsync(isSeen));
            }
        }

        slowest.ShouldBeLessThan(Second);
        return $"all instances show a moved, hidden or deleted photo's new state {Milliseconds(slowest)} after the change at the latest";
    }

    /// <summary>Failed sign-ins are counted by all instances together: the eleventh is throttled.</summary>
    public async Task<string> RateLimitsAsync()
    {
        var refused = 0;
        for (var attempt = 0; attempt < 15; attempt++)
        {
            using var visitor = At(attempt).NewVisitor();
            using var answer = await visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "nobody", password = "wrong walnut drawer" });
            answer.StatusCode.ShouldBe(attempt < 10 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, $"attempt {attempt + 1}");
            refused += answer.StatusCode == HttpStatusCode.TooManyRequests ? 1 : 0;
        }

        return string.Create(CultureInfo.InvariantCulture, $"15 failed sign-ins on three instances in turn: ten were 401, {refused} were 429");
    }

    /// <summary>All instances together run jobs exactly as often as the scheduler triggers them.</summary>
    public async Task<string> JobsAsync()
    {
        var patience = Stopwatch.StartNew();
        long fired, run;
        do
        {
            // Several jobs run every minute, the first time a minute after the start.
            await Task.Delay(Second);
            run = 0;
            foreach (var instance in instances)
            {
                run += await CountRunsAsync(instance);
            }

            fired = await PostgresPair.ReadNumberAsync("SELECT coalesce(sum(times_triggered), 0) FROM qrtz_simple_triggers WHERE trigger_name <> 'ImportsJob'");
            run.ShouldBeLessThanOrEqualTo(fired, "a job ran twice");
        }
        while ((run < 5 || run < fired) && patience.Elapsed < TimeSpan.FromMinutes(3));

        run.ShouldBe(fired);
        run.ShouldBeGreaterThanOrEqualTo(5);
        return string.Create(CultureInfo.InvariantCulture, $"{fired} times a job was due, and {run} times one of the instances ran it");
    }

    /// <summary>The number of finished runs of scheduled jobs on an instance.</summary>
    public static async Task<long> CountRunsAsync(Instance instance)
    {
        using var scraper = new HttpClient();
        return Runs().Matches(await scraper.GetStringAsync(new Uri(instance.Metrics, "/metrics"))).Sum(match => long.Parse(match.Groups["count"].Value, CultureInfo.InvariantCulture));
    }

    public static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0} ms");

    // ImportsJob is excluded, because each instance also starts it at its own start.
    [GeneratedRegex("""^imagehub_job_duration_seconds_count\{(?![^}]*ImportsJob)[^}]*\} (?<count>\d+)""", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Runs();

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static async Task<HttpStatusCode> StatusAsync(HttpClient visitor, string url)
    {
        using var answer = await visitor.GetAsync(url);
        return answer.StatusCode;
    }

    private Instance At(int index) => instances[index % instances.Count];

    private async Task EverywhereAsync(HttpStatusCode expected, string url)
    {
        foreach (var instance in instances)
        {
            using var visitor = instance.NewVisitor();
            await visitor.GetAsync(url).StatusAsync(expected);
        }
    }

    /// <returns>The time until the condition holds on all instances.</returns>
    private async Task<TimeSpan> UntilEverywhereAsync(Func<HttpClient, Task<bool>> isSo)
    {
        var begun = Stopwatch.GetTimestamp();
        await Task.WhenAll(instances.Select(async instance =>
        {
            using var visitor = instance.NewVisitor();
            while (!await isSo(visitor))
            {
                Stopwatch.GetElapsedTime(begun).ShouldBeLessThan(TimeSpan.FromSeconds(30));
            }
        }));
        return Stopwatch.GetElapsedTime(begun);
    }
}
