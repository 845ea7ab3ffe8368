using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>Whose <c>X-Forwarded-For</c> decides by which address failures are counted.</summary>
public sealed class ForwardedAddressTests(PostgresServer postgres)
{
    [Fact]
    public async Task A_client_that_is_no_proxy_is_counted_by_its_own_address_whatever_it_says()
    {
        await using var server = await StartAsync("10.0.0.0/8, 192.0.2.7");
        for (var i = 1; i <= 10; i++)
        {
            await FailAsync(server, $"198.51.100.{i}", HttpStatusCode.Unauthorized);
        }

        await FailAsync(server, "198.51.100.11", HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_chain_of_proxies_of_a_known_network_is_followed_to_the_client()
    {
        await using var server = await StartAsync("10.0.0.0/8, 127.0.0.0/8");
        for (var i = 1; i <= 10; i++)
        {
            // What the client wrote itself stands before what the first proxy saw.
            await FailAsync(server, $"203.0.113.{i}, 198.51.100.1, 10.1.2.{i}", HttpStatusCode.Unauthorized);
        }

        await FailAsync(server, "203.0.113.11, 198.51.100.1, 10.1.2.11", HttpStatusCode.TooManyRequests);
        await FailAsync(server, "198.51.100.2, 10.1.2.11", HttpStatusCode.Unauthorized);
    }

    private Task<ImageHubServer> StartAsync(string proxies) =>
        ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["ForwardedHeaders:KnownProxies"] = proxies });

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
