using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ImageHub.Api.Accounts;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Accounts;

/// <summary>Every live endpoint against every kind of caller. A route without an expectation fails.</summary>
public sealed class AccessTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const int None = 0;

    /// <summary>Method, route and what each kind of caller gets: nobody, admin, tampered token, expired token.</summary>
    private static readonly Dictionary<string, int[]> Expected = new(StringComparer.Ordinal)
    {
        ["GET /api"] = [200, 200, 200, 200],
        ["GET /health/live"] = [200, 200, 200, 200],
        ["GET /health/ready"] = [200, 200, 200, 200],
        ["GET /openapi/{documentName}.json"] = [200, 200, 200, 200],
        ["POST /api/v1/auth/login"] = [400, 400, 400, 400],
        ["POST /api/v1/auth/refresh"] = [401, 401, 401, 401],
        ["POST /api/v1/auth/logout"] = [401, 204, 401, 401],
        ["GET /api/v1/auth/me"] = [401, 200, 401, 401],
        ["PUT /api/v1/me/password"] = [401, 400, 401, 401],
        ["GET /api/v1/me/images"] = [401, 403, 401, 401],
        ["POST /api/v1/me/images"] = [401, 403, 401, 401],
        ["PUT /api/v1/me/images/{image}"] = [401, 403, 401, 401],
        ["DELETE /api/v1/me/images/{image}"] = [401, 403, 401, 401],
        ["GET /api/v1/users"] = [401, 200, 401, 401],
        ["POST /api/v1/users"] = [401, 400, 401, 401],
        ["GET /api/v1/users/{id:guid}"] = [401, 404, 401, 401],
        ["PATCH /api/v1/users/{id:guid}"] = [401, 404, 401, 401],
        ["DELETE /api/v1/users/{id:guid}"] = [401, 404, 401, 401],
        ["GET /api/v1/tiers"] = [401, 200, 401, 401],
        ["POST /api/v1/tiers"] = [401, 400, 401, 401],
        ["GET /api/v1/tiers/{id:guid}"] = [401, 404, 401, 401],
        ["PATCH /api/v1/tiers/{id:guid}"] = [401, 404, 401, 401],
        ["DELETE /api/v1/tiers/{id:guid}"] = [401, 404, 401, 401],
        ["GET /api/v1/groups"] = [200, 200, 401, 401],
        ["POST /api/v1/groups"] = [401, 400, 401, 401],
        ["PUT /api/v1/groups/order"] = [401, 400, 401, 401],
        ["GET /api/v1/groups/{id:guid}"] = [200, 200, 401, 401],
        ["PATCH /api/v1/groups/{id:guid}"] = [401, 200, 401, 401],
        ["DELETE /api/v1/groups/{id:guid}"] = [401, 204, 401, 401],
        ["POST /api/v1/groups/{id:guid}/restore"] = [401, 204, 401, 401],
        ["PUT /api/v1/groups/{id:guid}/order"] = [401, 400, 401, 401],
        ["GET /api/v1/groups/{id:guid}/images"] = [200, 200, 401, 401],
        ["POST /api/v1/groups/{id:guid}/images"] = [401, 415, 401, 401],
        ["GET /api/v1/groups/{id:guid}/images/{fileName}"] = [200, 200, 401, 401],
        ["PUT /api/v1/groups/{id:guid}/images/{fileName}"] = [401, 415, 401, 401],
        ["GET /api/v1/groups/{id:guid}/archive"] = [200, 200, 401, 401],
        ["GET /api/v1/images"] = [200, 200, 401, 401],
        ["GET /api/v1/images/{id:guid}"] = [200, 200, 401, 401],
        ["GET /api/v1/images/{id:guid}/low"] = [200, 200, 401, 401],
        ["GET /api/v1/images/{id:guid}/high"] = [200, 200, 401, 401],
        ["GET /api/v1/images/{id:guid}/full"] = [200, 200, 401, 401],
        ["GET /api/v1/images/{id:guid}/original"] = [401, 200, 401, 401],
        ["GET /api/v1/images/{id:guid}/thumbnails/{height:int}"] = [401, 200, 401, 401],
        ["POST /api/v1/images/{id:guid}/links"] = [401, 400, 401, 401],
        ["POST /api/v1/groups/{id:guid}/links"] = [401, 201, 401, 401],
        ["GET /api/v1/links"] = [401, 200, 401, 401],
        ["DELETE /api/v1/links/{id:guid}"] = [401, 404, 401, 401],
        ["GET /s/{token}"] = [404, 404, 404, 404],
        ["GET /api/v1/shared/{token}"] = [404, 404, 401, 401],
        ["POST /api/v1/shared/{token}/unlock"] = [400, 400, 401, 401],
        ["GET /api/v1/shared/{token}/images"] = [404, 404, 401, 401],
        ["GET /api/v1/shared/{token}/images/{id:guid}/low"] = [404, 404, 401, 401],
        ["GET /api/v1/shared/{token}/images/{id:guid}/high"] = [404, 404, 401, 401],
        ["GET /api/v1/shared/{token}/images/{id:guid}/full"] = [404, 404, 401, 401],
        ["GET /api/v1/shared/{token}/archive"] = [404, 404, 401, 401],
        ["PATCH /api/v1/images/{id:guid}"] = [401, 200, 401, 401],
        ["DELETE /api/v1/images/{id:guid}"] = [401, 204, 401, 401],
        ["POST /api/v1/images/{id:guid}/restore"] = [401, 204, 401, 401],
        ["POST /api/v1/images/bulk"] = [401, 400, 401, 401],
        ["GET /api/v1/trash"] = [401, 200, 401, 401],
        ["DELETE /api/v1/trash"] = [401, 204, 401, 401],
        ["GET /api/v1/storage"] = [401, 200, 401, 401],
    };

    /// <summary>Of the routes for anyone, what an unpublished group's visitors get instead.</summary>
    private static readonly HashSet<string> HiddenWithTheGroup = new(StringComparer.Ordinal)
    {
        "GET /api/v1/groups/{id:guid}",
        "GET /api/v1/groups/{id:guid}/images",
        "GET /api/v1/groups/{id:guid}/images/{fileName}",
        "GET /api/v1/groups/{id:guid}/archive",
        "GET /api/v1/images/{id:guid}",
        "GET /api/v1/images/{id:guid}/low",
        "GET /api/v1/images/{id:guid}/high",
        "GET /api/v1/images/{id:guid}/full",
    };

    public static TheoryData<string> Routes => [.. Expected.Keys];

    [Fact]
    public void Every_live_endpoint_has_an_expectation_and_a_policy()
    {
        var live = Endpoints().ToArray();

        live.Select(endpoint => endpoint.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .ShouldBe(Expected.Keys.Order(StringComparer.Ordinal));
        live.ShouldAllBe(endpoint => endpoint.HasPolicy);
    }

    [Fact]
    public void The_lists_of_exceptions_name_only_live_endpoints() =>
        Access.Anyone.Concat(Access.AnySignedIn).Concat(Access.Owners).Except(Endpoints().Select(endpoint => endpoint.Name)).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Each_kind_of_caller_gets_what_is_expected(string route)
    {
        var group = await server.Admin.CreateGroupAsync(route);
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: route.GetHashCode(StringComparison.Ordinal)));
        string?[] tokens = [null, await SignInAgainAsync(), Tampered(), Expired()];
        var answers = new int[tokens.Length];
        foreach (var i in (int[])[0, 2, 3, 1])
        {
            answers[i] = await CallAsync(route, group, image, tokens[i]);
        }

        answers.ShouldBe(Expected[route], $"nobody, admin, tampered and expired at {route}");
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task What_belongs_to_an_unpublished_group_does_not_exist_for_visitors(string route)
    {
        var group = await server.Admin.CreateGroupAsync(route, isPublished: false);
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg());

        var answer = await CallAsync(route, group, image, null);

        answer.ShouldBe(HiddenWithTheGroup.Contains(route) ? 404 : Expected[route][0]);
    }

    private static string Tampered()
    {
        var parts = TestTokens.Create().Split('.');
        var signature = parts[2].ToCharArray();
        signature[5] = signature[5] == 'A' ? 'B' : 'A';
        return $"{parts[0]}.{parts[1]}.{new string(signature)}";
    }

    private static string Expired() => TestTokens.Create(expires: DateTimeOffset.UtcNow.AddMinutes(-1));

    private async Task<string> SignInAgainAsync() =>
        (await TestTokens.ForAsync(server)) ?? throw new InvalidOperationException("There is no admin.");

    private IEnumerable<(string Name, bool HasPolicy)> Endpoints() =>
        from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        select (
            Access.NameOf(method, endpoint.RoutePattern.RawText!),
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || endpoint.Metadata.GetMetadata<IAuthorizeData>() is not null);

    private async Task<int> CallAsync(string route, Guid group, Guid image, string? token)
    {
        var parts = route.Split(' ');
        var path = parts[1]
            .Replace("{documentName}", "v1", StringComparison.Ordinal)
            .Replace("{height:int}", "200", StringComparison.Ordinal)
            .Replace("{token}", "AAAAAAAAAAAAAAAAAAAAAA", StringComparison.Ordinal)
            .Replace("{image}", parts[0] == "PUT" ? "b.jpg" : image.ToString(), StringComparison.Ordinal)
            .Replace("{fileName}", parts[0] == "PUT" ? "b.jpg" : "a.jpg", StringComparison.Ordinal)
            .Replace("{id:guid}", (parts[1].Contains("/images/{id", StringComparison.Ordinal) ? image : group).ToString(), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(new HttpMethod(parts[0]), path);
        if (parts[0] is "POST" or "PUT" or "PATCH")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var client = server.NewClient();
        using var answer = await client.SendAsync(request);
        return answer.StatusCode == HttpStatusCode.InternalServerError ? None : (int)answer.StatusCode;
    }
}
