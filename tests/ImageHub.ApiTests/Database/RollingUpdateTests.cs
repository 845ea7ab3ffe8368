using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Database;

/// <summary>An instance of a newer version migrates the database while this one is running.</summary>
public sealed class RollingUpdateTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_client_that_retries_after_Retry_After_gets_through_after_a_column_was_added()
    {
        var groups = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => server.Admin.CreateGroupAsync($"Harbour {number}")));

        // Open several connections, each with prepared statements.
        for (var round = 0; round < 20; round++)
        {
            (await Task.WhenAll(groups.Select(RenameAsync))).ShouldAllBe(status => status == HttpStatusCode.OK);
        }

        await server.SqlAsync("ALTER TABLE groups ADD COLUMN later integer");

        for (var round = 0; round < 30; round++)
        {
            var group = groups[round % groups.Length];
            var status = await RenameAsync(group);
            status.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable);
            (status == HttpStatusCode.OK ? status : await RenameAsync(group)).ShouldBe(HttpStatusCode.OK);
        }
    }

    private async Task<HttpStatusCode> RenameAsync(Guid group)
    {
        using var answer = await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = Guid.NewGuid().ToString() });
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        return answer.StatusCode;
    }
}
