using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Database;

/// <summary>An instance of a newer version changes the database while this one works.</summary>
public sealed class RollingUpdateTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task Statements_that_were_prepared_before_a_column_was_added_work_again_when_they_are_sent_again()
    {
        var group = await server.Admin.CreateGroupAsync();
        (await RenameAsync(60)).ShouldAllBe(status => status == HttpStatusCode.OK);
        await server.SqlAsync("ALTER TABLE groups ADD COLUMN later integer");

        var statuses = await RenameAsync(30);

        statuses.ShouldContain(HttpStatusCode.ServiceUnavailable);
        statuses.ShouldAllBe(status => status == HttpStatusCode.ServiceUnavailable || status == HttpStatusCode.OK);
        statuses[^5..].ShouldAllBe(status => status == HttpStatusCode.OK);

        async Task<HttpStatusCode[]> RenameAsync(int times)
        {
            var answers = new List<HttpStatusCode>();
            for (var number = 0; number < times; number++)
            {
                using var answer = await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group}", new { title = $"Harbour {number}" });
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                {
                    answer.Headers.RetryAfter.ShouldNotBeNull();
                }

                answers.Add(answer.StatusCode);
            }

            return [.. answers];
        }
    }
}
