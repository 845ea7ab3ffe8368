using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.Links;

/// <summary>Limits and the queue for hashing the passwords of links. Users can sign in while guests guess these passwords.</summary>
public sealed class LinkPasswordTests(PostgresServer postgres) : IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid group;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(
            postgres, new(StringComparer.Ordinal) { ["ForwardedHeaders:KnownProxies"] = "127.0.0.1", ["Passwords:Cost"] = ImageHubServer.PasswordCost });
        group = await server.Admin.CreateGroupAsync("Wedding", isPublished: false);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_link_whose_group_is_deleted_during_the_request_is_404()
    {
        // The request has found the group, and waits for it when it saves the link.
        using var answer = await HeldRequests.SendWhileHeldAsync(
            server,
            $"SELECT FROM groups WHERE id = '{group}' FOR UPDATE",
            () => server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { password = "open sesame" }),
            $"DELETE FROM groups WHERE id = '{group}'");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Users_can_sign_in_while_two_addresses_keep_the_queue_of_link_passwords_full()
    {
        // Use many links, so that a single link's limit does not end the flood.
        var links = new List<string>();
        for (var number = 0; number < 12; number++)
        {
            links.Add(await ShareAsync(ImageHubServer.LinkPassword));
        }

        server.Settings["Passwords:Cost"] = "10";
        await server.RestartAsync();
        using var end = new CancellationTokenSource();
        var busy = 0;
        var guessers = Enumerable.Range(0, 24).Select(async number =>
        {
            for (var guess = number; !end.IsCancellationRequested; guess++)
            {
                using var answer = await UnlockAsync(links[guess % links.Count], $"guess {guess}", $"203.0.113.{number % 2}");
                if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
                {
                    Interlocked.Increment(ref busy);
                }

                // A refusal needs little processor time, but callers without a pause would use up the processor.
                await Task.Delay(100, CancellationToken.None);
            }
        }).ToArray();
        await UntilBusyAsync(0);

        var statuses = new List<HttpStatusCode>();
        for (var turn = 0; turn < 5; turn++)
        {
            using var answer = await SignInAsync("198.51.100.1");
            statuses.Add(answer.StatusCode);
        }

        // Another 503 shows that the queue of the links is still full.
        await UntilBusyAsync(Volatile.Read(ref busy));
        await end.CancelAsync();
        await Task.WhenAll(guessers);
        statuses.ShouldAllBe(status => status == HttpStatusCode.OK);

        async Task UntilBusyAsync(int before)
        {
            while (Volatile.Read(ref busy) == before)
            {
                await Task.Delay(10, TestContext.Current.CancellationToken);
            }
        }
    }

    [Fact]
    public async Task A_correct_link_password_counts_against_the_limit_too_because_it_costs_as_much()
    {
        var link = await ShareAsync(ImageHubServer.LinkPassword);
        for (var turn = 0; turn < 30; turn++)
        {
            await UnlockAsync(link, ImageHubServer.LinkPassword, "203.0.113.1").StatusAsync(HttpStatusCode.NoContent);
        }

        using var limited = await UnlockAsync(link, ImageHubServer.LinkPassword, "203.0.113.1");
        limited.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        limited.Headers.RetryAfter.ShouldNotBeNull();
        await UnlockAsync(link, ImageHubServer.LinkPassword, "203.0.113.2").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_unlocked_guest_is_not_limited_and_needs_no_further_hash()
    {
        var link = await ShareAsync(ImageHubServer.LinkPassword);
        using var guest = server.NewClient(useCookies: true);
        await guest.PostAsJsonAsync($"{link}/unlock", new { password = ImageHubServer.LinkPassword }).StatusAsync(HttpStatusCode.NoContent);

        // For an unlocked guest, the server checks neither the limit nor the password.
        for (var turn = 0; turn < 40; turn++)
        {
            await guest.PostAsJsonAsync($"{link}/unlock", new { password = "whatever" }).StatusAsync(HttpStatusCode.NoContent);
        }
    }

    private async Task<string> ShareAsync(string password) =>
        "/api/v1" + (await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { password }).JsonAsync(HttpStatusCode.Created)).Text("url");

    private Task<HttpResponseMessage> UnlockAsync(string link, string password, string address) => SendAsync($"{link}/unlock", new { password }, address);

    private Task<HttpResponseMessage> SignInAsync(string address) =>
        SendAsync("/api/v1/auth/login", new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword }, address);

    private Task<HttpResponseMessage> SendAsync(string path, object body, string address) => server.Visitor.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body, body.GetType()), Headers = { { "X-Forwarded-For", address } } });
}
