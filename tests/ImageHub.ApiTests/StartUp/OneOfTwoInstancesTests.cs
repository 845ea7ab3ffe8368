using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.StartUp;

/// <summary>Uploads and delivery by two processes that share one PostgreSQL, one S3 server and one Redis. One process is killed.</summary>
public sealed class OneOfTwoInstancesTests(TwoInstances instances) : IClassFixture<TwoInstances>
{
    [Fact]
    public async Task When_one_of_two_instances_is_killed_during_an_upload_the_other_continues_it()
    {
        var (photo, interrupted) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        var first = instances.Admins[0];
        using var second = instances.NewGuest(1);
        second.DefaultRequestHeaders.Authorization = first.DefaultRequestHeaders.Authorization;
        foreach (var admin in instances.Admins)
        {
            (await admin.EventuallyReadyAsync()).GetProperty("checks").EnumerateObject().Select(check => check.Name).ShouldBe(["database", "storage", "redis"]);
        }

        var group = await second.CreateGroupAsync("Harbour");
        var image = await first.AddImageAsync(group, "a.jpg", photo);
        (await second.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(item => item.Id()).ShouldBe([image]);
        (await second.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(photo);

        var url = await second.TusBeginAsync(interrupted.Length, group, "b.jpg");
        await first.TusPatchAsync(url, 0, interrupted[..1_000]).StatusAsync(HttpStatusCode.NoContent);
        var never = new TaskCompletionSource();
        using var rest = new SlowContent(interrupted[1_000..], never.Task, "application/offset+octet-stream");
        var sending = first.TusPatchAsync(url, 1_000, rest);
        await rest.Begun;
        await instances.KillFirstAsync();
        never.SetResult();
        await Should.ThrowAsync<HttpRequestException>(() => sending);

        (await second.TusOffsetAsync(url)).ShouldBe(1_000);
        using var last = await second.TusPatchAsync(url, 1_000, interrupted[1_000..]);
        last.StatusCode.ShouldBe(HttpStatusCode.NoContent, await last.Content.ReadAsStringAsync());
        (await second.GetByteArrayAsync($"/api/v1/images/{last.Header("ImageHub-Image-Id")}/full")).ShouldBe(interrupted);

        await second.AddImageAsync(group, "c.jpg", TestImages.Jpeg(seed: 3));
        await second.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        using var visitor = instances.NewGuest(1);
        (await visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(item => item.Text("fileName")).ShouldBe(["b.jpg", "c.jpg"]);
        await visitor.EventuallyReadyAsync();
    }
}
