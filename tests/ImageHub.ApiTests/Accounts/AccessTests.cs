using System.Net;
using System.Net.Http.Headers;
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
public sealed class AccessTests(PostgresServer postgres)
{
    private static readonly string[] Tiers = ["basic", "premium", "enterprise"];
    private static readonly string[] Guests = ["nobody", "guest", "other guest"];

    /// <summary>Whom a letter of a cell stands for, from left to right. A guest has a link to the target, the other guest one to another group.</summary>
    private static readonly string[] Callers = [.. Guests, .. Tiers, "admin"];

    /// <summary>What the cells of a route are about, from left to right. Those named as tiers are the own group and image of that tier's user.</summary>
    private static readonly string[] Targets = ["published", "unpublished", "trashed", .. Tiers];

    /// <summary>Whose token does not work.</summary>
    private static readonly string[] BadTokens = ["tampered", "expired"];

    /// <summary>
    /// What each caller gets: + gets through (any answer but the next three), 1 is 401, 3 is 403, 4 is 404, a dot is a case that does not
    /// exist. First for a token that does not work, then a cell for each target, or one cell where the target does not matter.
    /// </summary>
    private static readonly Dictionary<string, (char BadToken, string[] Cells)> Expected = new(StringComparer.Ordinal)
    {
        //                                                           published   unpublished trashed    basic's    premium's  enterprise's
        ["GET /api"] = ('+', ["+++++++"]),
        ["GET /health/live"] = ('+', ["+++++++"]),
        ["GET /health/ready"] = ('+', ["+++++++"]),
        ["GET /openapi/v1.json"] = ('+', ["+++++++"]),
        ["POST /api/v1/auth/login"] = ('+', ["+++++++"]),
        ["POST /api/v1/auth/refresh"] = ('1', ["1111111"]),
        ["POST /api/v1/auth/logout"] = ('.', ["111++++"]), // An expired token still ends its session, a tampered one does not: see SignInTests.
        ["GET /api/v1/auth/me"] = ('1', ["111++++"]),
        ["PUT /api/v1/me/password"] = ('1', ["111++++"]),
        ["GET /api/v1/me/images"] = ('1', ["111+++3"]),
        ["POST /api/v1/me/images"] = ('1', ["111+++3"]),
        ["PUT /api/v1/me/images/{image}"] = ('1', ["111+++3"]),
        ["DELETE /api/v1/me/images/{image}"] = ('1', ["1114443", "1114443", "1114443", "111+443", "1114+43", "11144+3"]),
        ["GET /api/v1/users"] = ('1', ["111333+"]),
        ["POST /api/v1/users"] = ('1', ["111333+"]),
        ["GET /api/v1/users/{id:guid}"] = ('1', ["111+44+"]),
        ["PATCH /api/v1/users/{id:guid}"] = ('1', ["111333+"]),
        ["DELETE /api/v1/users/{id:guid}"] = ('1', ["111333+"]),
        ["GET /api/v1/tiers"] = ('1', ["111333+"]),
        ["POST /api/v1/tiers"] = ('1', ["111333+"]),
        ["GET /api/v1/tiers/{id:guid}"] = ('1', ["111333+"]),
        ["PATCH /api/v1/tiers/{id:guid}"] = ('1', ["111333+"]),
        ["DELETE /api/v1/tiers/{id:guid}"] = ('1', ["111333+"]),
        ["GET /api/v1/groups"] = ('1', ["+++++++"]),
        ["POST /api/v1/groups"] = ('1', ["111333+"]),
        ["PUT /api/v1/groups/order"] = ('1', ["111333+"]),
        ["GET /api/v1/groups/{id:guid}"] = ('1', ["+++++++", "444444+", "4444444", "4444444", "4444444", "4444444"]),
        ["PATCH /api/v1/groups/{id:guid}"] = ('1', ["111333+", "111333+", "1113334", "1113334", "1113334", "1113334"]),
        ["DELETE /api/v1/groups/{id:guid}"] = ('1', ["111333+", "111333+", "1113334", "1113334", "1113334", "1113334"]),
        ["POST /api/v1/groups/{id:guid}/restore"] = ('1', ["111333+", "111333+", "111333+", "1113334", "1113334", "1113334"]),
        ["PUT /api/v1/groups/{id:guid}/order"] = ('1', ["111333+", "111333+", "1113334", "1113334", "1113334", "1113334"]),
        ["GET /api/v1/groups/{id:guid}/images"] = ('1', ["+++++++", "444444+", "4444444", "4444444", "4444444", "4444444"]),
        ["POST /api/v1/groups/{id:guid}/images"] = ('1', ["111333+", "111333+", "1113334", "1113334", "1113334", "1113334"]),
        ["GET /api/v1/groups/{id:guid}/images/{fileName}"] = ('1', ["+++++++", "444444+", "4444444", "4444444", "4444444", "4444444"]),
        ["PUT /api/v1/groups/{id:guid}/images/{fileName}"] = ('1', ["111333+", "111333+", "1113334", "1113334", "1113334", "1113334"]),
        ["GET /api/v1/groups/{id:guid}/archive"] = ('1', ["+++++++", "444444+", "4444444", "4444444", "4444444", "4444444"]),
        ["POST /api/v1/groups/{id:guid}/links"] = ('1', ["111333+", "111333+", "1113334", "1113334", "1113334", "1113334"]),
        ["GET /api/v1/images"] = ('1', ["+++++++"]),
        ["GET /api/v1/images/{id:guid}"] = ('1', ["+++++++", "444444+", "4444444", "444+44+", "4444+4+", "44444++"]),
        ["GET /api/v1/images/{id:guid}/low"] = ('1', ["+++++++", "444444+", "4444444", "444344+", "444434+", "444443+"]),
        ["GET /api/v1/images/{id:guid}/high"] = ('1', ["+++++++", "444444+", "4444444", "444344+", "444434+", "444443+"]),
        ["GET /api/v1/images/{id:guid}/full"] = ('1', ["+++++++", "444444+", "4444444", "444344+", "4444+4+", "44444++"]),
        ["GET /api/v1/images/{id:guid}/original"] = ('1', ["111333+", "111444+", "1114444", "111344+", "1114+4+", "11144++"]),
        ["GET /api/v1/images/{id:guid}/thumbnails/{height:int}"] = ('1', ["111333+", "111444+", "1114444", "111+44+", "1114+4+", "11144++"]),
        ["POST /api/v1/images/{id:guid}/links"] = ('1', ["111333+", "111444+", "1114444", "111344+", "111434+", "11144++"]),
        ["PATCH /api/v1/images/{id:guid}"] = ('1', ["111333+", "111333+", "1113334", "111333+", "111333+", "111333+"]),
        ["DELETE /api/v1/images/{id:guid}"] = ('1', ["111333+", "111333+", "1113334", "111333+", "111333+", "111333+"]),
        ["POST /api/v1/images/{id:guid}/restore"] = ('1', ["111333+", "111333+", "111333+", "111333+", "111333+", "111333+"]),
        ["POST /api/v1/images/bulk"] = ('1', ["111333+"]),
        ["GET /api/v1/uploads"] = ('1', ["111++++"]),
        ["POST /api/v1/uploads"] = ('1', ["111333+", "111333+", "1113334", "1113334", "1113334", "1113334"]),
        ["GET /api/v1/uploads/{id:guid}"] = ('1', ["111444+", "111444+", "111444+", "111+444", "1114+44", "11144+4"]),
        ["OPTIONS /api/v1/uploads/tus"] = ('1', ["+++++++"]),
        ["POST /api/v1/uploads/tus"] = ('1', ["111333+", "111333+", "1113334", "1113334", "1113334", "1113334"]),
        ["HEAD /api/v1/uploads/tus/{id:guid}"] = ('1', ["111444+", "111444+", "111444+", "111+444", "1114+44", "11144+4"]),
        ["PATCH /api/v1/uploads/tus/{id:guid}"] = ('1', ["111444+", "111444+", "1114444", "111+444", "1114+44", "11144+4"]),
        ["DELETE /api/v1/uploads/tus/{id:guid}"] = ('1', ["111444+", "111444+", "111444+", "111+444", "1114+44", "11144+4"]),
        ["GET /api/v1/links"] = ('1', ["111++++"]),
        ["DELETE /api/v1/links/{id:guid}"] = ('1', ["1114444"]),
        ["GET /s/{token}"] = ('4', ["4+44444", "4+44444", "4444444", "4+44444", "4+44444", "4+44444"]),
        ["GET /api/v1/shared/{token}"] = ('1', ["4++4444", "4++4444", "44+4444", ".......", ".......", "......."]),
        ["POST /api/v1/shared/{token}/unlock"] = ('1', ["4++4444", "4++4444", "44+4444", ".......", ".......", "......."]),
        ["GET /api/v1/shared/{token}/images"] = ('1', ["4++4444", "4++4444", "44+4444", ".......", ".......", "......."]),
        ["GET /api/v1/shared/{token}/images/{id:guid}/low"] = ('1', ["4+44444", "4+44444", "4444444", ".......", ".......", "......."]),
        ["GET /api/v1/shared/{token}/images/{id:guid}/high"] = ('1', ["4+44444", "4+44444", "4444444", ".......", ".......", "......."]),
        ["GET /api/v1/shared/{token}/images/{id:guid}/full"] = ('1', ["4+44444", "4+44444", "4444444", ".......", ".......", "......."]),
        ["GET /api/v1/shared/{token}/archive"] = ('1', ["4++4444", "4++4444", "44+4444", ".......", ".......", "......."]),
        ["GET /api/v1/storage"] = ('1', ["111333+"]),
        ["GET /api/v1/trash"] = ('1', ["111333+"]),
        ["DELETE /api/v1/trash"] = ('1', ["111333+"]),
    };

    [Fact]
    public async Task Every_live_endpoint_has_an_expectation_and_everybody_gets_what_it_says()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var live = Endpoints(server).ToArray();

        live.Select(endpoint => endpoint.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ShouldBe(Expected.Keys.Order(StringComparer.Ordinal));
        live.ShouldAllBe(endpoint => endpoint.HasPolicy);
        (await DifferencesAsync(server, most: int.MaxValue)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("the admins' policy lets in whoever is signed in")]
    [InlineData("the admins' policy lets in anyone")]
    [InlineData("the policy for those who are signed in lets in anyone")]
    [InlineData("the users' policy lets in whoever is signed in")]
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
            case "the users' policy lets in whoever is signed in":
                builder.Services.PostConfigure<AuthorizationOptions>(options => options.AddPolicy(Access.User, policy => policy.RequireAuthenticatedUser()));
                break;
            case "everyone sees what admins see":
                Decorate(builder, caller => new ReplacedCaller(caller) { IsAdmin = true });
                break;
            case "everyone sees what one owner sees":
                Decorate(builder, caller => new ReplacedCaller(caller) { IsOwner = true });
                break;
            case "every tier gives everything":
                Decorate(builder, caller => new ReplacedCaller(caller) { ReplacedTier = TierThatGives(everything: true) });
                break;
            default:
                Decorate(builder, caller => new ReplacedCaller(caller) { ReplacedTier = TierThatGives(everything: false) });
                break;
        }
    }

    private static void Decorate(WebApplicationBuilder builder, Func<ICaller, ICaller> decorate)
    {
        var real = builder.Services.Last(service => service.ServiceType == typeof(ICaller));
        builder.Services.Remove(real);
        builder.Services.AddScoped(provider => decorate((ICaller)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!)));
    }

    private static Tier TierThatGives(bool everything)
    {
        var tier = Tier.Create("replaced", DateTimeOffset.UnixEpoch);
        tier.OfferThumbnails(everything ? [200, 400] : []);
        tier.OfferOriginals(everything);
        tier.OfferExpiringLinks(everything);
        return tier;
    }

    private static IEnumerable<(string Name, bool HasPolicy)> Endpoints(ImageHubServer server) =>
        from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        let methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        from method in methods
        select (
            $"{(method == "HEAD" && methods.Contains("GET") ? "GET" : method)} /{endpoint.RoutePattern.RawText!.TrimStart('/')}",
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null);

    private static async Task<List<string>> DifferencesAsync(ImageHubServer server, int most)
    {
        var world = await World.CreateAsync(server);
        var differences = new List<string>();
        foreach (var (route, (badToken, cells)) in Expected)
        {
            var cases = cells
                .Zip(Targets)
                .SelectMany(cell => Callers.Zip(cell.First, (caller, expected) => (Target: cell.Second, Caller: caller, Expected: expected)))
                .Concat(BadTokens.Select(caller => (Target: "published", Caller: caller, Expected: badToken)));
            foreach (var (target, caller, expected) in cases.Where(one => one.Expected != '.'))
            {
                var status = await world.CallAsync(route, caller, target, isThrough: expected == '+');
                var got = status switch
                {
                    401 => '1',
                    403 => '3',
                    404 => '4',
                    _ => '+',
                };
                if (got != expected)
                {
                    differences.Add($"{route}, {caller}, {target}: {status} in place of {expected}");
                    if (differences.Count == most)
                    {
                        return differences;
                    }
                }
            }
        }

        return differences;
    }

    /// <summary>One of everything that can be asked for, and a client for everyone who asks.</summary>
    private sealed class World(ImageHubServer server)
    {
        private readonly Dictionary<string, Target> targets = new(StringComparer.Ordinal);
        private readonly Dictionary<string, HttpClient> clients = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> groupTokens = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> imageTokens = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Guid> userIds = new(StringComparer.Ordinal);
        private int made;

        public static async Task<World> CreateAsync(ImageHubServer server)
        {
            var world = new World(server);
            await world.FillAsync();
            return world;
        }

        /// <summary>Asks. Who gets through where that changes something does so with a target made for it.</summary>
        public async Task<int> CallAsync(string route, string caller, string target, bool isThrough)
        {
            var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
            var isDestructive = isThrough && (method == "DELETE" || path.EndsWith("/restore", StringComparison.Ordinal));
            var about = isDestructive ? await MakeAsync(target) : targets[target];
            using var request = new HttpRequestMessage(new HttpMethod(method), await PathAsync(method, path, caller, target, about, isDestructive));
            request.Content = Body(method, path, about);
            if (path.Contains("/tus", StringComparison.Ordinal))
            {
                request.Headers.Add("Tus-Resumable", "1.0.0");
                request.Headers.Add("Upload-Offset", "0");
                request.Headers.Add("Upload-Length", "10");
                request.Headers.Add("Upload-Metadata", $"filename bmV3LmpwZw==,groupId {Convert.ToBase64String(Encoding.UTF8.GetBytes(about.Group.ToString()))}");
            }

            var isSigningOut = isThrough && path.EndsWith("/logout", StringComparison.Ordinal);
            using var answer = await (isSigningOut ? await SignInAsync(caller) : clients[caller]).SendAsync(request);
            answer.StatusCode.ShouldNotBe(HttpStatusCode.InternalServerError, $"{route}, {caller}, {target}");
            return (int)answer.StatusCode;
        }

        private static HttpContent? Body(string method, string path, Target about)
        {
            if (path.Contains("/tus", StringComparison.Ordinal))
            {
                return method == "PATCH" ? new ByteArrayContent([1]) { Headers = { ContentType = new MediaTypeHeaderValue("application/offset+octet-stream") } } : null;
            }

            if (method is not ("POST" or "PUT" or "PATCH"))
            {
                return null;
            }

            if (method == "POST" && path.EndsWith("/images", StringComparison.Ordinal))
            {
                var files = new MultipartFormDataContent();
                files.AddFile("new.jpg", "no image"u8.ToArray());
                return files;
            }

            var json = path switch
            {
                "/api/v1/groups/order" => $$"""{"ids":["{{about.Group}}"]}""",
                "/api/v1/groups/{id:guid}/order" => $$"""{"ids":["{{about.Image}}"]}""",
                "/api/v1/images/{id:guid}/links" => """{"variant":"200","expiresInSeconds":300}""",
                "/api/v1/uploads" => $$"""{"groupId":"{{about.Group}}","files":[{"fileName":"new.jpg","bytes":10}]}""",
                "/api/v1/shared/{token}/unlock" => """{"password":"any"}""",
                _ => "{}",
            };
            return new StringContent(json, Encoding.UTF8, "application/json");
        }

        private async Task<string> PathAsync(string method, string path, string caller, string target, Target about, bool isDestructive)
        {
            var token = caller switch
            {
                "guest" when path.Contains("{token}", StringComparison.Ordinal) => (path.StartsWith("/s/", StringComparison.Ordinal) ? imageTokens : groupTokens)[target],
                "other guest" => groupTokens["another"],
                _ => "AAAAAAAAAAAAAAAAAAAAAA",
            };
            var id = path switch
            {
                _ when path.Contains("/images/{id", StringComparison.Ordinal) => about.Image,
                _ when path.Contains("/tus/", StringComparison.Ordinal) => about.UploadFile,
                _ when path.Contains("/uploads/", StringComparison.Ordinal) => about.Upload,
                _ when path.Contains("/tiers/", StringComparison.Ordinal) => isDestructive ? await server.Admin.CreateTierAsync($"Tier {++made}") : Tier.PremiumId,
                _ when path.Contains("/users/", StringComparison.Ordinal) => isDestructive ? await server.Admin.CreateUserAsync($"user-{++made}") : userIds["basic"],
                _ => about.Group,
            };
            return path
                .Replace("{documentName}", "v1", StringComparison.Ordinal)
                .Replace("{height:int}", "200", StringComparison.Ordinal)
                .Replace("{token}", token, StringComparison.Ordinal)
                .Replace("{image}", method == "PUT" ? "new.jpg" : about.Image.ToString(), StringComparison.Ordinal)
                .Replace("{fileName}", method == "PUT" ? "new.jpg" : "one.jpg", StringComparison.Ordinal)
                .Replace("{id:guid}", id.ToString(), StringComparison.Ordinal);
        }

        private async Task FillAsync()
        {
            ReplacedCaller.Owner = null;
            foreach (var target in (string[])["published", "unpublished", "trashed", "another"])
            {
                var (group, image, _, _) = targets[target] = await MakeAsync(target == "trashed" ? "published" : target);
                groupTokens[target] = await TokenAsync($"/api/v1/groups/{group}/links", new { });
                imageTokens[target] = await TokenAsync($"/api/v1/images/{image}/links", new { variant = "low", expiresInSeconds = 3_000 });
            }

            await server.Admin.DeleteAsync($"/api/v1/groups/{targets["trashed"].Group}").StatusAsync(HttpStatusCode.NoContent);
            foreach (var guest in Guests)
            {
                clients[guest] = server.NewClient();
            }

            clients["admin"] = server.Admin;
            clients["tampered"] = WithToken(Tampered(TestTokens.Create()));
            clients["expired"] = WithToken(TestTokens.Create(expires: DateTimeOffset.UtcNow.AddMinutes(-1)));
            foreach (var (name, tier) in Tiers.Zip((Guid[])[Tier.BasicId, Tier.PremiumId, Tier.EnterpriseId]))
            {
                userIds[name] = await server.Admin.CreateUserAsync(name, tier);
                clients[name] = await server.SignInAsync(name, ImageHubServer.UserPassword);
                targets[name] = await MakeAsync(name);
                imageTokens[name] = await TokenAsync($"/api/v1/images/{targets[name].Image}/links", new { variant = "low", expiresInSeconds = 3_000 });
            }

            ReplacedCaller.Owner = userIds["enterprise"];
        }

        /// <summary>A group with an image and an upload to it; of a user the own group with one image more.</summary>
        private async Task<Target> MakeAsync(string target)
        {
            var content = TestImages.Jpeg(seed: ++made);
            if (userIds.TryGetValue(target, out var userId))
            {
                var name = targets.ContainsKey(target) ? $"{made}.jpg" : "one.jpg";
                var put = await clients[target].PutAsync($"/api/v1/me/images/{name}", new ByteArrayContent(content)).JsonAsync(HttpStatusCode.Created);
                var (own, ownFile) = await AnnounceAsync(clients[target], groupId: null);
                return new Target(await server.OwnGroupAsync(userId), put.Id(), own, ownFile);
            }

            var group = await server.Admin.CreateGroupAsync(target, isPublished: target != "unpublished");
            var image = await server.Admin.AddImageAsync(group, "one.jpg", content);
            var (upload, uploadFile) = await AnnounceAsync(server.Admin, group);
            if (target == "trashed")
            {
                await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
            }

            return new Target(group, image, upload, uploadFile);
        }

        private static async Task<(Guid Upload, Guid File)> AnnounceAsync(HttpClient client, Guid? groupId)
        {
            var upload = await client.PostAsJsonAsync("/api/v1/uploads", new { groupId, files = new[] { new { fileName = "announced.jpg", bytes = 10 } } }).JsonAsync(HttpStatusCode.Created);
            return (upload.Id(), Guid.Parse(upload.Items("files")[0].Text("uploadUrl")!.Split('/')[^1]));
        }

        private async Task<string> TokenAsync(string path, object body) =>
            (await server.Admin.PostAsJsonAsync(path, body).JsonAsync(HttpStatusCode.Created)).Text("url")!.Split('/')[^1];

        private sealed record Target(Guid Group, Guid Image, Guid Upload, Guid UploadFile);

        private Task<HttpClient> SignInAsync(string caller) => caller == "admin"
            ? server.SignInAsync(ImageHubServer.AdminName, ImageHubServer.AdminPassword)
            : server.SignInAsync(caller, ImageHubServer.UserPassword);

        private HttpClient WithToken(string token)
        {
            var client = server.NewClient();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            return client;
        }

        private static string Tampered(string token)
        {
            var parts = token.Split('.');
            var signature = parts[2].ToCharArray();
            signature[5] = signature[5] == 'A' ? 'B' : 'A';
            return $"{parts[0]}.{parts[1]}.{new string(signature)}";
        }
    }

    /// <summary>A caller of whom one thing is answered wrongly.</summary>
    private sealed class ReplacedCaller(ICaller real) : ICaller
    {
        private bool? isAdmin;

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

        /// <summary>What users get in place of their tier.</summary>
        public Tier? ReplacedTier { get; init; }

        public Tier? Tier => real.Tier is null ? null : ReplacedTier ?? real.Tier;

        public string Address => real.Address;
    }
}
