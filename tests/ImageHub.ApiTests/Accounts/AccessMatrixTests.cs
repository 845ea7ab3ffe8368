using System.Net;
using System.Net.Http.Json;
using System.Text;
using ImageHub.Api.Accounts;
using ImageHub.Application.Accounts;
using ImageHub.Domain.Tiers;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Accounts;

/// <summary>
/// Every live endpoint × every kind of caller × everything that can be asked for: who gets through, and what the others are told. And
/// that this would be noticed: with one rule replaced at a time, at least one case fails.
/// </summary>
public sealed class AccessMatrixTests(PostgresServer postgres)
{
    private const int Through = 0;

    private static readonly string[] Tiers = ["basic", "premium", "enterprise"];
    private static readonly string[] Guests = ["nobody", "guest", "another guest"];
    private static readonly string[] Callers = [.. Guests, .. Tiers, "admin"];
    private static readonly string[] Targets = ["published", "unpublished", "trashed", .. Tiers];

    [Fact]
    public async Task Everybody_gets_what_the_rules_say_and_nothing_else()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);

        (await DifferencesAsync(server, int.MaxValue)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("the admins' policy lets in whoever is signed in")]
    [InlineData("the admins' policy lets in anyone")]
    [InlineData("the policy for those who are signed in lets in anyone")]
    [InlineData("the owners' policy lets in whoever is signed in")]
    [InlineData("everyone sees what admins see")]
    [InlineData("everyone sees what one owner sees")]
    [InlineData("every tier gives everything")]
    [InlineData("no tier gives anything")]
    public async Task A_rule_that_is_replaced_is_noticed(string rule)
    {
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => Replace(rule, builder));

        (await DifferencesAsync(server, most: 1)).ShouldNotBeEmpty(rule);
    }

    private static void Replace(string rule, WebApplicationBuilder builder)
    {
        switch (rule)
        {
            case "the admins' policy lets in whoever is signed in":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.Admin, policy => policy.RequireAuthenticatedUser()));
                break;
            case "the admins' policy lets in anyone":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.Admin, policy => policy.RequireAssertion(_ => true)));
                break;
            case "the policy for those who are signed in lets in anyone":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.SignedIn, policy => policy.RequireAssertion(_ => true)));
                break;
            case "the owners' policy lets in whoever is signed in":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.Owner, policy => policy.RequireAuthenticatedUser()));
                break;
            case "everyone sees what admins see":
                Decorate(builder, caller => new ReplacedCaller(caller) { IsAdmin = true });
                break;
            case "everyone sees what one owner sees":
                Decorate(builder, caller => new ReplacedCaller(caller) { IsOwner = true });
                break;
            case "every tier gives everything":
                Decorate(builder, caller => new ReplacedCaller(caller) { Tier = caller.Tier is null ? null : Generous(true) });
                break;
            default:
                Decorate(builder, caller => new ReplacedCaller(caller) { Tier = caller.Tier is null ? null : Generous(false) });
                break;
        }
    }

    private static void Decorate(WebApplicationBuilder builder, Func<ICaller, ICaller> decorate)
    {
        var real = builder.Services.Last(service => service.ServiceType == typeof(ICaller));
        builder.Services.Remove(real);
        builder.Services.AddScoped(provider => decorate((ICaller)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
    }

    private static Tier Generous(bool isGenerous)
    {
        var tier = Tier.Create("replaced", DateTimeOffset.UnixEpoch);
        tier.OfferThumbnails(isGenerous ? [200, 400] : []);
        tier.OfferOriginals(isGenerous);
        tier.OfferExpiringLinks(isGenerous);
        return tier;
    }

    /// <summary>What a caller gets at a route: <see cref="Through"/>, 401, 403 or 404; null where the case does not exist.</summary>
    private static int? Expect(string route, string caller, string target)
    {
        var (isGuest, isAdmin, isOwned) = (Array.IndexOf(Guests, caller) >= 0, caller == "admin", Array.IndexOf(Tiers, target) >= 0);
        var path = route[(route.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (path.Contains("{token}", StringComparison.Ordinal))
        {
            return ExpectUnderLink(route, caller, target, isOwned);
        }

        if (route is "GET /api/v1/groups" or "GET /api/v1/images" || !path.StartsWith("/api/v1", StringComparison.Ordinal) || path.StartsWith("/api/v1/auth/log", StringComparison.Ordinal) || path.EndsWith("/refresh", StringComparison.Ordinal))
        {
            return route == "POST /api/v1/auth/logout" && isGuest ? 401 : route is "POST /api/v1/auth/logout" or "POST /api/v1/auth/refresh" or "POST /api/v1/auth/login" ? null : Through;
        }

        if (Access.Anyone.Contains(route))
        {
            return path.StartsWith("/api/v1/groups", StringComparison.Ordinal) ? ExpectOfGroup(isAdmin, target, isOwned) : ExpectOfImage(path, caller, target, isOwned);
        }

        if (isGuest)
        {
            return 401;
        }

        if (Access.Owners.Contains(route))
        {
            return isAdmin ? 403 : route == "DELETE /api/v1/me/images/{image}" ? (target == caller ? Through : 404) : Through;
        }

        if (Access.AnySignedIn.Contains(route))
        {
            return path.StartsWith("/api/v1/images/", StringComparison.Ordinal) ? ExpectOfImage(path, caller, target, isOwned)
                : path.StartsWith("/api/v1/links/", StringComparison.Ordinal) ? (isAdmin ? null : 404)
                : Through;
        }

        // Everything else is for admins; what they get of things in the trash and of users' images is told elsewhere.
        return isAdmin ? target == "published" ? Through : null : 403;
    }

    private static int? ExpectOfGroup(bool isAdmin, string target, bool isOwned) => target switch
    {
        _ when isOwned => null,
        "published" => Through,
        "unpublished" when isAdmin => Through,
        _ => 404,
    };

    private static int? ExpectOfImage(string path, string caller, string target, bool isOwned)
    {
        var what = path.Split('/')[^1] switch
        {
            "low" or "high" => "rendition",
            "full" => "full",
            "original" => "original",
            "{height:int}" => "thumbnail",
            "links" => "link",
            _ => "details",
        };
        var isVisible = caller == "admin" ? target != "trashed" : target == "published" || target == caller;
        if (!isVisible)
        {
            return 404;
        }

        if (caller == "admin")
        {
            return Through;
        }

        return what switch
        {
            "details" => Through,
            "rendition" or "full" when !isOwned => Through,
            "full" or "original" when isOwned => caller == "basic" ? 403 : Through,
            "thumbnail" when isOwned => Through,
            "link" when isOwned => caller == "enterprise" ? Through : 403,
            _ => 403,
        };
    }

    private static int? ExpectUnderLink(string route, string caller, string target, bool isOwned)
    {
        var isOfImage = route.StartsWith("GET /s/", StringComparison.Ordinal);
        if (isOwned && !isOfImage)
        {
            return null;
        }

        return caller switch
        {
            "guest" => target == "trashed" ? 404 : Through,

            // Theirs leads to another group: the images of this one are not below it.
            "another guest" => route.Contains("{id:guid}", StringComparison.Ordinal) ? 404 : null,
            _ => 404,
        };
    }

    private static async Task<List<string>> DifferencesAsync(ImageHubServer server, int most)
    {
        var world = await World.CreateAsync(server);
        var differences = new List<string>();
        foreach (var route in Routes(server))
        {
            foreach (var target in Targets)
            {
                foreach (var caller in Callers)
                {
                    if (Expect(route, caller, target) is not { } expected || (expected == Through && IsDestructive(route)))
                    {
                        continue;
                    }

                    var answer = await world.CallAsync(route, caller, target);
                    var got = answer is 401 or 403 or 404 ? answer : Through;
                    if (got != expected)
                    {
                        differences.Add($"{route}, {caller}, {target}: {answer} in place of {(expected == Through ? "getting through" : expected)}");
                    }

                    if (differences.Count >= most)
                    {
                        return differences;
                    }
                }
            }
        }

        return differences;
    }

    private static bool IsDestructive(string route) => route.StartsWith("DELETE", StringComparison.Ordinal) || route.EndsWith("/restore", StringComparison.Ordinal);

    private static IEnumerable<string> Routes(ImageHubServer server) => (
        from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []
        select Access.NameOf(method, endpoint.RoutePattern.RawText!)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>One of everything that can be asked for, and a client for everyone who asks.</summary>
    private sealed class World(ImageHubServer server)
    {
        private readonly Dictionary<string, (Guid Group, Guid Image)> targets = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HttpClient> clients = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> groupTokens = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> imageTokens = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Guid> userIds = new(StringComparer.Ordinal);

        public static async Task<World> CreateAsync(ImageHubServer server)
        {
            var world = new World(server);
            await world.FillAsync();
            return world;
        }

        public async Task<int> CallAsync(string route, string caller, string target)
        {
            var (group, image) = targets[target];
            var parts = route.Split(' ');
            var tokens = parts[1].StartsWith("/s/", StringComparison.Ordinal) ? imageTokens : groupTokens;
            var token = caller switch
            {
                "guest" => tokens[target],
                "another guest" => groupTokens["another"],
                _ => "AAAAAAAAAAAAAAAAAAAAAA",
            };
            var isOfImage = parts[1].Contains("/images/{id", StringComparison.Ordinal);
            var path = parts[1]
                .Replace("{documentName}", "v1", StringComparison.Ordinal)
                .Replace("{height:int}", "200", StringComparison.Ordinal)
                .Replace("{token}", token, StringComparison.Ordinal)
                .Replace("{image}", parts[0] == "PUT" ? "new.jpg" : image.ToString(), StringComparison.Ordinal)
                .Replace("{fileName}", parts[0] == "PUT" ? "new.jpg" : "one.jpg", StringComparison.Ordinal)
                .Replace("{id:guid}", (isOfImage ? image : IdFor(parts[1], group)).ToString(), StringComparison.Ordinal);
            using var request = new HttpRequestMessage(new HttpMethod(parts[0]), path);
            if (parts[0] is "POST" or "PUT" or "PATCH")
            {
                var body = path.EndsWith("/links", StringComparison.Ordinal) && isOfImage ? """{"variant":"200","expiresInSeconds":300}"""
                    : path.EndsWith("/unlock", StringComparison.Ordinal) ? """{"password":"any"}"""
                    : "{}";
                request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            }

            using var answer = await clients[caller].SendAsync(request);
            answer.StatusCode.ShouldNotBe(HttpStatusCode.InternalServerError, $"{route}, {caller}, {target}");
            return (int)answer.StatusCode;
        }

        /// <summary>Of users and tiers there is one that is never denied for not being there.</summary>
        private Guid IdFor(string path, Guid group) => path.Contains("/tiers/", StringComparison.Ordinal) ? Tier.PremiumId
            : path.Contains("/users/", StringComparison.Ordinal) ? userIds["basic"]
            : group;

        private async Task FillAsync()
        {
            var seed = 0;
            ReplacedCaller.Owner = null;
            foreach (var target in (string[])["published", "unpublished", "trashed", "another"])
            {
                var group = await server.Admin.CreateGroupAsync(target, isPublished: target != "unpublished");
                var image = await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: ++seed));
                targets[target] = (group, image);
                groupTokens[target] = await TokenAsync($"/api/v1/groups/{group}/links", new { });
                imageTokens[target] = await TokenAsync($"/api/v1/images/{image}/links", new { variant = "low", expiresInSeconds = 3_000 });
            }

            await server.Admin.DeleteAsync($"/api/v1/groups/{targets["trashed"].Group}").StatusAsync(HttpStatusCode.NoContent);
            foreach (var guest in Guests)
            {
                clients[guest] = server.NewClient();
            }

            clients["admin"] = server.Admin;
            foreach (var (name, tier) in Tiers.Zip((Guid[])[Tier.BasicId, Tier.PremiumId, Tier.EnterpriseId]))
            {
                userIds[name] = await server.Admin.CreateUserAsync(name, tier);
                var user = clients[name] = await server.SignInAsync(name, ImageHubServer.UserPassword);
                var put = await user.PutAsync("/api/v1/me/images/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: ++seed))).JsonAsync(HttpStatusCode.Created);
                targets[name] = (targets["published"].Group, put.Id());
                imageTokens[name] = await TokenAsync($"/api/v1/images/{put.Id()}/links", new { variant = "low", expiresInSeconds = 3_000 });
                groupTokens[name] = groupTokens["published"];
            }

            ReplacedCaller.Owner = userIds["enterprise"];
        }

        private async Task<string> TokenAsync(string path, object body) =>
            (await server.Admin.PostAsJsonAsync(path, body).JsonAsync(HttpStatusCode.Created)).Text("url")!.Split('/')[^1];
    }

    /// <summary>A caller of whom one thing is answered wrongly.</summary>
    private sealed class ReplacedCaller(ICaller real) : ICaller
    {
        private bool? isAdmin;
        private (bool IsSet, Tier? Tier) tier;

        /// <summary>Whom everyone is taken for, once there is somebody.</summary>
        public static Guid? Owner { get; set; }

        public bool IsOwner { get; init; }

        public Guid? UserId => IsOwner && Owner is { } owner ? owner : real.UserId;

        public Guid? SessionId => real.SessionId;

        public bool IsAdmin
        {
            get => isAdmin ?? real.IsAdmin;
            init => isAdmin = value;
        }

        public Tier? Tier
        {
            get => tier.IsSet ? tier.Tier : real.Tier;
            init => tier = (true, value);
        }

        public string Address => real.Address;
    }
}
