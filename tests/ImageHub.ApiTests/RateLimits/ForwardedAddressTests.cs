using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.Extensions.Logging;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>Only listed proxies may set <c>X-Forwarded-For</c>; failed sign-ins are counted by the resulting address.</summary>
public sealed class ForwardedAddressTests(PostgresServer postgres)
{
    [Theory]
    [InlineData("10.0.0.0/8, 192.0.2.7", "false")]
    [InlineData("10.0.0.0/8, 192.0.2.7", "true")]
    [InlineData("", "true")]
    public async Task A_client_that_is_not_a_listed_proxy_is_counted_by_its_real_address_whatever_its_headers_say(string proxies, string frameworkSwitch)
    {
        await using var server = await StartAsync(proxies, frameworkSwitch);
        for (var i = 1; i <= 10; i++)
        {
            await FailAsync(server, $"198.51.100.{i}", HttpStatusCode.Unauthorized);
        }

        await FailAsync(server, "198.51.100.11", HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_chain_of_proxies_in_a_known_network_is_followed_to_the_client()
    {
        await using var server = await StartAsync("10.0.0.0/8, 127.0.0.0/8");
        for (var i = 1; i <= 10; i++)
        {
            // Addresses that the client wrote itself come before the address that the first proxy added.
            await FailAsync(server, $"203.0.113.{i}, 198.51.100.1, 10.1.2.{i}", HttpStatusCode.Unauthorized);
        }

        await FailAsync(server, "203.0.113.11, 198.51.100.1, 10.1.2.11", HttpStatusCode.TooManyRequests);
        await FailAsync(server, "198.51.100.2, 10.1.2.11", HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.0/8")]
    public async Task An_unlisted_proxy_is_logged_once_with_the_setting_to_use(string proxies)
    {
        using var log = new LoggedLines();
        await using var server = await ImageHubServer.StartAsync(
            postgres, new(StringComparer.Ordinal) { ["ForwardedHeaders:KnownProxies"] = proxies }, builder => builder.Logging.AddProvider(log));
        log.With("X-Forwarded-For").ShouldBeEmpty();

        await FailAsync(server, "198.51.100.1", HttpStatusCode.Unauthorized);
        await FailAsync(server, "198.51.100.2", HttpStatusCode.Unauthorized);

        var line = log.With("X-Forwarded-For").ShouldHaveSingleItem();
        line.ShouldContain("ForwardedHeaders__KnownProxies");
        line.ShouldContain("127.0.0.1");
    }

    [Fact]
    public async Task A_known_proxy_is_not_logged_whatever_headers_its_clients_send()
    {
        using var log = new LoggedLines();
        await using var server = await ImageHubServer.StartAsync(
            postgres, new(StringComparer.Ordinal) { ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" }, builder => builder.Logging.AddProvider(log));

        await FailAsync(server, "203.0.113.1, 198.51.100.1", HttpStatusCode.Unauthorized);

        log.With("X-Forwarded-For").ShouldBeEmpty();
    }

    private Task<ImageHubServer> StartAsync(string proxies, string frameworkSwitch = "false") =>
        ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["ForwardedHeaders:KnownProxies"] = proxies, ["ForwardedHeaders_Enabled"] = frameworkSwitch });

    private static async Task FailAsync(ImageHubServer server, string forwardedFor, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/auth/login")
        {
            Content = JsonContent.Create(new { userName = "nobody", password = "a wrong password" }),
            Headers = { { "X-Forwarded-For", forwardedFor } },
        };
        await server.Visitor.SendAsync(request).StatusAsync(expected);
    }
}
