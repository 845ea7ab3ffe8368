using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Thumbnails;

/// <summary>Thumbnails that are read on two instances, which keep the thumbnails' rows in memory.</summary>
public sealed class ThumbnailsOnTwoInstancesTests(TwoInstances instances) : IClassFixture<TwoInstances>
{
    private HttpClient Admin => instances.Admins[0];

    [Fact]
    public async Task A_changed_image_counts_at_once_where_it_was_changed_and_soon_on_the_other_instance()
    {
        var image = await Admin.AddImageAsync(await Admin.CreateGroupAsync("Hidden", isPublished: false), "one.jpg", TestImages.Jpeg(60, 40, seed: 1));
        var path = $"/api/v1/images/{image}/thumbnails/20";

        await TwoInstances.ChangesAsync(
            () => Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { fileName = "two.jpg" }).StatusAsync(HttpStatusCode.OK),
            instances.Admins,
            async client => await NameAsync(client, path) == "two.jpg");
        await TwoInstances.ChangesAsync(
            () => Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }).StatusAsync(HttpStatusCode.OK),
            instances.Admins,
            async client => await WidthAsync(client, path) == 13);
        await TwoInstances.ChangesAsync(
            () => Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent),
            instances.Admins,
            client => IsAsync(client, path, HttpStatusCode.NotFound));
        await TwoInstances.ChangesAsync(
            () => Admin.PostAsync($"/api/v1/images/{image}/restore", content: null).StatusAsync(HttpStatusCode.NoContent),
            instances.Admins,
            client => IsAsync(client, path, HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_former_owner_gets_no_thumbnail_of_an_image_that_was_given_to_somebody_else()
    {
        var tier = await Admin.CreateTierAsync("Thumbnails");
        await Admin.CreateUserAsync("ada", tier);
        var bob = await Admin.CreateUserAsync("bob", tier);
        var owners = await instances.SignInAsync("ada");
        var image = (await owners[0].PutAsync("/api/v1/me/images/one.jpg", new ByteArrayContent(TestImages.Jpeg(60, 400, seed: 2))).JsonAsync(HttpStatusCode.Created)).Id();
        var path = $"/api/v1/images/{image}/thumbnails/200";

        // The first request renders the thumbnail. The other requests make both instances cache its row.
        foreach (var client in owners.Concat(instances.Admins).Concat(instances.Admins))
        {
            await client.GetAsync(path).StatusAsync(HttpStatusCode.OK);
        }

        await TwoInstances.ChangesAsync(
            () => Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { ownerId = bob }).StatusAsync(HttpStatusCode.OK),
            owners,
            client => IsAsync(client, path, HttpStatusCode.NotFound));
        await instances.Admins[0].GetAsync(path).StatusAsync(HttpStatusCode.OK);
        await owners[0].GetAsync(path).StatusAsync(HttpStatusCode.NotFound);
    }

    private static async Task<string?> NameAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.Content.Headers.ContentDisposition?.FileName;
    }

    private static async Task<int> WidthAsync(HttpClient client, string path) => TestPicture.Read(await client.GetByteArrayAsync(path)).Width;

    private static async Task<bool> IsAsync(HttpClient client, string path, HttpStatusCode expected)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode == expected;
    }
}
