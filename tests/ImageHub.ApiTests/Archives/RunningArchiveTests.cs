using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Archives;

/// <summary>Archives whose download began before the right to download them ended. GroupLinkTests end the link of a running download.</summary>
public sealed class RunningArchiveTests(SharedServer servers) : IClassFixture<SharedServer>
{
    [Theory]
    [InlineData("visitor", "hidden")]
    [InlineData("member", "removed")]
    [InlineData("member", "disabled")]
    [InlineData("editor", "demoted")]
    [InlineData("editor", "reset")]
    [InlineData("key", "revoked")]
    [InlineData("key", "expired")]
    public async Task A_running_download_breaks_off_within_a_file_when_the_right_of_its_caller_ends(string who, string how)
    {
        var (server, clock) = await servers.TakeAsync();
        var group = await server.Admin.CreateGroupAsync($"Downloaded by {who}", isPublished: who == "visitor");

        // The file has far more bytes than the socket buffers hold.
        await server.Admin.AddImageAsync(group, "large.jpg", TestPicture.Noise(2800, 2800, seed: 1).ToJpeg(quality: 100));
        var name = $"{who}-{how}";
        var id = who switch
        {
            "editor" => await server.Admin.CreateEditorAsync(name),
            "member" => await server.Admin.CreateUserAsync(name),
            _ => Guid.Empty,
        };
        if (who == "member")
        {
            await server.Admin.SetMembersAsync(group, (id, "viewer"));
        }

        var key = await server.Admin.PostAsJsonAsync("/api/v1/api-keys", new { name, scopes = new[] { "read" }, expiresAt = clock.GetUtcNow().AddDays(1) }).JsonAsync(HttpStatusCode.Created);
        using var client = who switch
        {
            "visitor" => server.NewClient(),
            "key" => server.WithKey(key.Text("key")!),
            _ => await server.SignInAsync(name, ImageHubServer.UserPassword),
        };
        using var answer = await client.GetAsync($"/api/v1/groups/{group}/archive", HttpCompletionOption.ResponseHeadersRead);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        await using var sent = await answer.Content.ReadAsStreamAsync();
        await sent.ReadExactlyAsync(new byte[1000]);

        await (how switch
        {
            "hidden" => server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { isPublished = false }).StatusAsync(HttpStatusCode.OK),
            "removed" => server.Admin.SetMembersAsync(group),
            "reset" => server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { password = "another-password-1" }).StatusAsync(HttpStatusCode.OK),
            "revoked" => server.Admin.DeleteAsync($"/api/v1/api-keys/{key.Id()}").StatusAsync(HttpStatusCode.NoContent),
            "expired" => Task.Run(() => clock.Advance(TimeSpan.FromDays(2))),
            "disabled" => server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK),
            _ => server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { role = "user" }).StatusAsync(HttpStatusCode.OK),
        });

        // The server checks the right once a second.
        clock.Advance(TimeSpan.FromSeconds(1.1));
        await Should.ThrowAsync<IOException>(() => sent.CopyToAsync(Stream.Null));
    }
}
