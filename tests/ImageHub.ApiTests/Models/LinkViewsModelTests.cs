using System.Net;
using System.Net.Http.Json;
using FsCheck.Fluent;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Models;

/// <summary>A link with a maximum number of views counts each view exactly once, also when several guests open it at once.</summary>
public sealed class LinkViewsModelTests(PostgresServer postgres)
{
    private enum Kind
    {
        View,
        ViewByFourAtOnce,
        Return,
        ChangeLimit,
    }

    [Fact]
    public async Task A_link_opens_for_its_maximum_number_of_views_and_for_nobody_after_its_end()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["RateLimits:AtWorkPerAddress"] = "1000" });
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(16, 12));
        var operations =
            from kind in Gen.Elements(Kind.View, Kind.ViewByFourAtOnce, Kind.Return, Kind.ChangeLimit)
            from number in Gen.Choose(1, 9)
            select (Kind: kind, Number: number);

        await ModelCheck.HoldsAsync(operations, async sequence =>
        {
            var most = 3;
            var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { maxViews = most }).JsonAsync(HttpStatusCode.Created);
            var address = "/api/v1" + link.Text("url");
            var views = 0;
            var guests = new List<HttpClient>();
            try
            {
                foreach (var (kind, number) in sequence)
                {
                    switch (kind)
                    {
                        case Kind.View:
                        case Kind.ViewByFourAtOnce:
                            var attempts = kind == Kind.View ? 1 : 4;
                            var opened = await Task.WhenAll(Enumerable.Range(0, attempts).Select(_ => OpenAsync(address)));
                            var seen = opened.OfType<HttpClient>().ToArray();
                            seen.Length.ShouldBe(Math.Min(attempts, Math.Max(0, most - views)));
                            views += seen.Length;
                            guests.AddRange(seen);
                            break;
                        case Kind.Return when guests.Count > 0:
                            await guests[number % guests.Count].GetAsync($"{address}/images/{image}/low").StatusAsync(HttpStatusCode.OK);
                            break;
                        case Kind.ChangeLimit:
                            // A used-up link has ended and cannot be changed.
                            var hasEnded = views >= most;
                            await server.Admin.PatchAsJsonAsync($"/api/v1/links/{link.Id()}", new { maxViews = number }).StatusAsync(hasEnded ? HttpStatusCode.Conflict : HttpStatusCode.OK);
                            most = hasEnded ? most : number;
                            break;
                    }

                    (await server.Admin.GetAsync($"/api/v1/links/{link.Id()}").JsonAsync()).GetProperty("views").GetInt32().ShouldBe(views);
                }

                await server.Admin.DeleteAsync($"/api/v1/links/{link.Id()}").StatusAsync(HttpStatusCode.NoContent);
                (await OpenAsync(address)).ShouldBeNull();
                foreach (var guest in guests)
                {
                    await guest.GetAsync($"{address}/images/{image}/low").StatusAsync(HttpStatusCode.NotFound);
                }
            }
            finally
            {
                guests.ForEach(guest => guest.Dispose());
            }
        });

        // Each guest is another browser. The result is null if the link does not open.
        async Task<HttpClient?> OpenAsync(string address)
        {
            var guest = server.NewClient(useCookies: true);
            using var answer = await guest.GetAsync(address);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return guest;
            }

            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
            guest.Dispose();
            return null;
        }
    }
}
