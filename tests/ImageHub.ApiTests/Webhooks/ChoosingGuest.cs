using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using ImageHub.Testing.Webhooks;

namespace ImageHub.ApiTests.Webhooks;

/// <summary>A guest who has chosen an image: whose submission is the event that takes least.</summary>
internal sealed record ChoosingGuest(ImageHubServer Server, HttpClient Client, string Below, Guid Link, Guid Group, Guid Image)
{
    public string Submission => $"{Below}/favourites/submit";

    public static async Task<ChoosingGuest> ComeAsync(ImageHubServer server, string title = "Wedding")
    {
        var group = await server.Admin.CreateGroupAsync(title, isPublished: false);
        var image = await server.Admin.AddImageAsync(group, "kiss.jpg", TestImages.Jpeg(seed: 1));
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { favourites = true }).JsonAsync(HttpStatusCode.Created);
        var below = "/api/v1" + link.Text("url");
        var client = server.NewClient(useCookies: true);
        await client.GetAsync(below).StatusAsync(HttpStatusCode.OK);
        await client.PutAsJsonAsync($"{below}/favourites/{image}", new { }).StatusAsync(HttpStatusCode.NoContent);
        return new ChoosingGuest(server, client, below, link.Id(), group, image);
    }

    public Task<JsonElement> SubmitAsync(string name) => Client.PostAsJsonAsync(Submission, new { name }).JsonAsync();

    public Task DropAsync() => Client.DeleteAsync($"{Below}/favourites/{Image}").StatusAsync(HttpStatusCode.NoContent);

    /// <summary>The guest's id, as the owner sees it.</summary>
    public async Task<Guid> FindIdAsync() =>
        (await Server.Admin.GetAsync($"/api/v1/links/{Link}/favourites").JsonAsync()).Items("guests").ShouldHaveSingleItem().Id();
}

/// <summary>What tests ask about events that wait, and about messages.</summary>
internal static class WaitingWebhooks
{
    /// <summary>How many events wait, those among them that are being sent.</summary>
    public static async Task<long> WaitingAsync(this ImageHubServer server) => (long)(await server.SqlAsync("SELECT count(*) FROM webhook_events"))!;

    /// <summary>Waits until no event does.</summary>
    public static Task NothingWaitsAsync(this ImageHubServer server) => server.EventuallyAsync("SELECT NOT EXISTS (SELECT FROM webhook_events)");

    /// <summary>Waits until the only event is due later, after an attempt that failed.</summary>
    /// <param name="server">The server.</param>
    /// <param name="attempts">How many were made.</param>
    /// <param name="pause">How long after its last attempt it is due: ten seconds or a minute. The half minute for which a running attempt has it is neither.</param>
    /// <param name="clock">The server's clock.</param>
    public static Task FailedAsync(this ImageHubServer server, int attempts, TimeSpan pause, TimeProvider clock)
    {
        // The attempt may have ended a while before this is asked, and ends at the latest now.
        var earliest = clock.GetUtcNow() + pause - TimeSpan.FromSeconds(15);
        return server.EventuallyAsync(() => string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT EXISTS (SELECT FROM webhook_events WHERE attempts = {attempts} AND due_at BETWEEN '{earliest:O}' AND '{clock.GetUtcNow() + pause:O}')"));
    }

    /// <summary>Waits until a query says yes.</summary>
    public static Task EventuallyAsync(this ImageHubServer server, string query) => server.EventuallyAsync(() => query);

    private static async Task EventuallyAsync(this ImageHubServer server, Func<string> query)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (await server.SqlAsync(query()) is not true)
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Checks the signature as a receiver does, here by the framework's own functions and none of the program's.</summary>
    public static void ShouldBeSignedWith(this ReceivedWebhook message, string secret, DateTimeOffset now)
    {
        var parts = message.Headers["X-ImageHub-Signature"].Split(',').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        parts.Keys.Order(StringComparer.Ordinal).ShouldBe(["t", "v1"]);
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], CultureInfo.InvariantCulture)).ShouldBe(now, TimeSpan.FromMinutes(1));
        using var hash = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
        Convert.ToHexStringLower(hash.ComputeHash(Encoding.UTF8.GetBytes(parts["t"] + "." + message.Body))).ShouldBe(parts["v1"]);
    }
}
