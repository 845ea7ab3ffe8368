using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Npgsql;

namespace ImageHub.ApiTests.Links;

/// <summary>Links that are ended on one instance while guests use them on both.</summary>
public sealed class LinksOnTwoInstancesTests(TwoInstances instances) : IClassFixture<TwoInstances>, IAsyncLifetime
{
    private Guid group;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        group = await instances.Admins[0].CreateGroupAsync("Wedding", isPublished: false);
        image = await instances.Admins[1].AddImageAsync(group, "kiss.jpg", TestImages.Jpeg(seed: 1));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_revoked_group_link_is_gone_on_both_instances_at_the_next_request(int revoking)
    {
        var link = await ShareAsync();
        await EverythingIsAsync(HttpStatusCode.OK, Shared(link));

        await instances.Admins[revoking].DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);

        await EverythingIsAsync(HttpStatusCode.NotFound, Shared(link));
    }

    [Fact]
    public async Task A_revoked_image_link_is_gone_on_both_instances_at_the_next_request()
    {
        var links = await ImageLinksAsync();
        string[] urls = [.. links.Select(link => link.Text("url")!)];
        await EverythingIsAsync(HttpStatusCode.OK, urls);

        foreach (var link in links)
        {
            await instances.Admins[1].DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
        }

        await EverythingIsAsync(HttpStatusCode.NotFound, urls);
    }

    [Fact]
    public async Task An_expired_link_is_gone_on_both_instances_at_the_next_request()
    {
        var share = await ShareAsync();
        var links = await ImageLinksAsync();
        string[] urls = [.. Shared(share), .. links.Select(link => link.Text("url")!)];
        await EverythingIsAsync(HttpStatusCode.OK, urls);

        await EndNowAsync();

        await EverythingIsAsync(HttpStatusCode.NotFound, urls);
    }

    [Fact]
    public async Task An_unlocked_password_and_a_counted_view_on_one_instance_apply_on_the_other()
    {
        var link = await instances.Admins[0].PostAsJsonAsync($"/api/v1/groups/{group}/links", new { password = ImageHubServer.LinkPassword, maxViews = 1 }).JsonAsync(HttpStatusCode.Created);
        var api = "/api/v1" + link.Text("url");
        using var guest = instances.NewGuest(0);
        await guest.PostAsJsonAsync($"{api}/unlock", new { password = ImageHubServer.LinkPassword }).StatusAsync(HttpStatusCode.NoContent);
        await guest.GetAsync(api).StatusAsync(HttpStatusCode.OK);

        // Cookies belong to a host, not to a port: the guest's client sends them to the other instance, too.
        var there = instances.Admins[1].BaseAddress!;
        await guest.GetAsync(new Uri(there, $"{api}/images/{image}/low")).StatusAsync(HttpStatusCode.OK);
        using var late = instances.NewGuest(1);
        await late.GetAsync(api).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    private Task<JsonElement> ShareAsync() =>
        instances.Admins[0].PostAsJsonAsync($"/api/v1/groups/{group}/links", new { expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created);

    /// <summary>Creates a link to each resolution and to a thumbnail.</summary>
    private Task<JsonElement[]> ImageLinksAsync() =>
        Task.WhenAll(((string[])["low", "medium", "high", "full", "200"]).Select(variant =>
            instances.Admins[0].PostAsJsonAsync($"/api/v1/images/{image}/links", new { variant, expiresInSeconds = 300 }).JsonAsync(HttpStatusCode.Created)));

    /// <summary>The addresses of a shared group, its images, their files and its archive.</summary>
    private string[] Shared(JsonElement link) =>
        [.. ((string[])["", "/images", $"/images/{image}/low", $"/images/{image}/medium", $"/images/{image}/high", $"/images/{image}/full", "/archive"]).Select(path => $"/api/v1{link.Text("url")}{path}")];

    /// <summary>Ends all links with an expiry now. Through the API, the minimum lifetime is five minutes.</summary>
    private async Task EndNowAsync()
    {
        await using var connection = new NpgsqlConnection(instances.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("UPDATE links SET expires_at = now() WHERE expires_at IS NOT NULL", connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task EverythingIsAsync(HttpStatusCode expected, string[] urls)
    {
        for (var instance = 0; instance < 2; instance++)
        {
            using var guest = instances.NewGuest(instance);
            foreach (var url in urls)
            {
                using var answer = await guest.GetAsync(url);
                answer.StatusCode.ShouldBe(expected, $"{url} of instance {instance}");
            }
        }
    }
}
