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

/// <summary>A guest who has marked an image as a favourite. Submitted favourites are the webhook event that needs the least preparation.</summary>
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

    /// <summary>Finds the guest's id in the owner's list.</summary>
    public async Task<Guid> FindIdAsync() =>
        (await Server.Admin.GetAsync($"/api/v1/links/{Link}/favourites").JsonAsync()).Items("guests").ShouldHaveSingleItem().Id();
}

/// <summary>Queries for waiting events, and checks of messages.</summary>
internal static class WaitingWebhooks
{
    /// <summary>The number of waiting events, including events that are being sent.</summary>
    public static async Task<long> WaitingAsync(this ImageHubServer server) => (long)(await server.SqlAsync("SELECT count(*) FROM webhook_events"))!;

    /// <summary>Waits until no event is waiting.</summary>
    public static Task NothingWaitsAsync(this ImageHubServer server) => server.EventuallyAsync("SELECT NOT EXISTS (SELECT FROM webhook_events)");

    /// <summary>Waits until the only event is due again after a failed attempt.</summary>
    /// <param name="server">The server.</param>
    /// <param name="attempts">The number of attempts.</param>
    /// <param name="pause">
    /// The pause after the last attempt: ten seconds or a minute. It differs from the 30 seconds for which a running attempt reserves the event.
    /// </param>
    /// <param name="clock">The server's clock.</param>
    public static Task FailedAsync(this ImageHubServer server, int attempts, TimeSpan pause, TimeProvider clock)
    {
        // The attempt may have ended up to 15 seconds ago.
        var earliest = clock.GetUtcNow() + pause - TimeSpan.FromSeconds(15);
        return server.EventuallyAsync(() => string.Create(
            CultureInfo.InvariantCulture,
            $"SELECT EXISTS (SELECT FROM webhook_events WHERE attempts = {attempts} AND due_at BETWEEN '{earliest:O}' AND '{clock.GetUtcNow() + pause:O}')"));
    }

    /// <summary>Waits until a query returns true.</summary>
    public static Task EventuallyAsync(this ImageHubServer server, string query) => server.EventuallyAsync(() => query);

    private static Task EventuallyAsync(this ImageHubServer server, Func<string> query) =>
        Polling.EventuallyAsync(async () => await server.SqlAsync(query()) is true, query());

    /// <summary>Checks the signature as a receiver does, with the framework's functions instead of the program's.</summary>
    public static void ShouldBeSignedWith(this ReceivedWebhook message, string secret, DateTimeOffset now)
    {
        var parts = message.Headers["X-ImageHub-Signature"].Split(',').Select(part => part.Split('=', 2)).ToDictionary(part => part[0], part => part[1], StringComparer.Ordinal);
        parts.Keys.Order(StringComparer.Ordinal).ShouldBe(["t", "v1"]);
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts["t"], CultureInfo.InvariantCulture)).ShouldBe(now, TimeSpan.FromMinutes(1));
        using var hash = new HMACSHA256(Encoding.UTF8.GetBytes(secret));
        Convert.ToHexStringLower(hash.ComputeHash(Encoding.UTF8.GetBytes(parts["t"] + "." + message.Body))).ShouldBe(parts["v1"]);
    }
}
