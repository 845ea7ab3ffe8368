using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.OpenApi;

public sealed partial class OpenApiTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head", "options"];

    [Fact]
    public async Task The_document_describes_every_live_endpoint_and_no_other()
    {
        var document = await DocumentAsync();
        var live =
            from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            where !endpoint.RoutePattern.RawText!.Contains("openapi", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            where method != "HEAD"
            select $"{method.ToLowerInvariant()} /{Constraint().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "}")}";

        Operations(document).Select(operation => operation.Name).Order(StringComparer.Ordinal).ShouldBe(live.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Who_has_the_document_already_is_told_so()
    {
        using var first = await server.Visitor.GetAsync("/openapi/v1.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        await server.Visitor.SendAsync(request).StatusAsync(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Query_parameters_have_the_names_that_the_errors_use()
    {
        var parameters = Operations(await DocumentAsync())
            .SelectMany(operation => operation.Operation.TryGetProperty("parameters", out var list) ? list.EnumerateArray().ToArray() : [])
            .Where(parameter => parameter.GetProperty("in").GetString() == "query")
            .Select(parameter => parameter.GetProperty("name").GetString()!)
            .ToList();

        parameters.ShouldContain("pageSize");
        parameters.ShouldAllBe(name => char.IsAsciiLetterLower(name[0]));
    }

    [Fact]
    public async Task Every_operation_says_who_may_call_it_as_the_endpoint_does()
    {
        var document = await DocumentAsync();
        var anonymous = server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(method =>
                $"{method.ToLowerInvariant()} /{Constraint().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "}")}"))
            .ToHashSet(StringComparer.Ordinal);

        foreach (var (name, operation) in Operations(document))
        {
            var isOptional = operation.GetProperty("security").EnumerateArray().Any(requirement => !requirement.EnumerateObject().Any());
            isOptional.ShouldBe(anonymous.Contains(name), name);
        }
    }

    [Fact]
    public async Task Every_body_has_a_schema_and_every_json_body_an_example()
    {
        foreach (var (name, operation) in Operations(await DocumentAsync()))
        {
            var bodies = operation.GetProperty("responses").EnumerateObject().Select(response => (What: $"{name} {response.Name}", Body: response.Value)).ToList();
            if (operation.TryGetProperty("requestBody", out var request))
            {
                bodies.Add(($"{name} request", request));
            }

            foreach (var (what, body) in bodies)
            {
                if (what.EndsWith(" 204", StringComparison.Ordinal))
                {
                    body.TryGetProperty("content", out _).ShouldBeFalse(what);
                    continue;
                }

                if (!body.TryGetProperty("content", out var content))
                {
                    continue;
                }

                foreach (var media in content.EnumerateObject())
                {
                    media.Value.TryGetProperty("schema", out _).ShouldBeTrue(what);
                    media.Value.TryGetProperty("example", out _).ShouldBe(media.Name.EndsWith("json", StringComparison.Ordinal), what);
                }
            }

            var needsCredentials = !operation.GetProperty("security").EnumerateArray().Any(requirement => !requirement.EnumerateObject().Any());
            operation.GetProperty("responses").TryGetProperty("401", out _).ShouldBe(needsCredentials || name.Contains("/api/v1", StringComparison.Ordinal), name);
        }
    }

    [Theory]
    [InlineData("CreateGroup", "title", 200)]
    [InlineData("CreateGroup", "description", 10_000)]
    [InlineData("CreateGroup", "productId", 200)]
    [InlineData("UpdateGroup", "title", 200)]
    [InlineData("UpdateGroup", "description", 10_000)]
    [InlineData("UpdateSite", "title", 100)]
    [InlineData("UpdateSite", "introduction", 2_000)]
    [InlineData("FooterLink", "label", 60)]
    [InlineData("UpdateImage", "title", 200)]
    [InlineData("UpdateImage", "description", 10_000)]
    [InlineData("UpdateImage", "fileName", 200)]
    [InlineData("CreateTier", "name", 100)]
    [InlineData("UpdateTier", "name", 100)]
    [InlineData("CreateUser", "userName", 64)]
    [InlineData("CreateUser", "password", 72)]
    [InlineData("UpdateUser", "password", 72)]
    [InlineData("ChangePassword", "newPassword", 72)]
    [InlineData("CreateGroupLink", "password", 72)]
    [InlineData("Login", "userName", 64)]
    public async Task A_text_field_says_how_many_characters_it_takes(string schema, string field, int limit)
    {
        var properties = (await DocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties");

        properties.GetProperty(field).GetProperty("maxLength").GetInt32().ShouldBe(limit);
    }

    [Theory]
    [InlineData("get /api/v1/groups", "q", 200)]
    [InlineData("get /api/v1/images", "q", 200)]
    public async Task A_text_parameter_says_how_many_characters_it_takes(string operation, string name, int limit)
    {
        var parameters = Operations(await DocumentAsync()).Single(row => row.Name == operation).Operation.GetProperty("parameters").EnumerateArray();

        parameters.Single(parameter => parameter.GetProperty("name").GetString() == name).GetProperty("schema").GetProperty("maxLength").GetInt32().ShouldBe(limit);
    }

    [Fact]
    public async Task A_parameter_that_repeats_says_how_often_it_may_and_how_long_each_is()
    {
        var parameters = Operations(await DocumentAsync()).Single(row => row.Name == "get /api/v1/images").Operation.GetProperty("parameters").EnumerateArray();
        var tag = parameters.Single(parameter => parameter.GetProperty("name").GetString() == "tag").GetProperty("schema");

        tag.GetProperty("maxItems").GetInt32().ShouldBe(50);
        tag.GetProperty("items").EnumerateObject().Select(field => field.Name).ShouldBe(["maxLength", "type"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_document_lists_every_code_with_its_status_and_meaning()
    {
        var document = await DocumentAsync();
        var listed = document.GetProperty("info").GetProperty("description").GetString()!.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();

        listed.ShouldContain("| `duplicateFileName` | 409 | The file name is taken |");
        listed.ShouldContain("| `serverBusy` | 503 | The server is busy |");
        listed.Select(line => line.Split('`')[1]).ShouldBeUnique();
        listed.Count.ShouldBe(typeof(Application.Errors.Problems).GetFields().Length);
    }

    [Fact]
    public async Task Tags_say_how_many_there_may_be_and_how_long()
    {
        var document = await DocumentAsync();
        var tags = document.GetProperty("components").GetProperty("schemas").GetProperty("UpdateImage").GetProperty("properties").GetProperty("tags");

        (tags.GetProperty("maxItems").GetInt32(), tags.GetProperty("items").GetProperty("maxLength").GetInt32()).ShouldBe((50, 100));
    }

    [Theory]
    [InlineData("post /api/v1/images/{id}/links")]
    [InlineData("post /api/v1/groups/{id}/links")]
    [InlineData("get /api/v1/images/{id}/thumbnails/{height}")]
    [InlineData("post /api/v1/groups/{id}/images")]
    [InlineData("put /api/v1/groups/{id}/images/{fileName}")]
    [InlineData("post /api/v1/me/images")]
    [InlineData("put /api/v1/me/images/{image}")]
    public async Task What_is_throttled_says_so(string name)
    {
        var responses = Operations(await DocumentAsync()).Single(operation => operation.Name == name).Operation.GetProperty("responses");
        var headers = responses.GetProperty("429").GetProperty("headers").EnumerateObject().Select(header => header.Name);
        headers.ShouldBe(["Retry-After", "RateLimit", "RateLimit-Policy"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_document_passes_the_openapi_ruleset_of_spectral_without_errors()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            var path = Path.Combine(folder, "openapi.json");
            await File.WriteAllTextAsync(path, await server.Visitor.GetStringAsync("/openapi/v1.json"));
            var rules = Path.Combine(folder, "rules.yaml");
            await File.WriteAllTextAsync(rules, "extends: [\"spectral:oas\"]\n");

            using var lint = NodeTools.Start("node_modules/@stoplight/spectral-cli/dist/index.js", "lint", path, "--ruleset", rules, "--fail-severity", "warn");
            var output = await lint.StandardOutput.ReadToEndAsync();
            var errors = await lint.StandardError.ReadToEndAsync();
            await lint.WaitForExitAsync();

            lint.ExitCode.ShouldBe(0, output + errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task The_document_describes_each_webhook_with_an_example_of_all_its_fields()
    {
        var document = await DocumentAsync();
        var webhooks = document.GetProperty("webhooks").EnumerateObject().ToList();

        webhooks.Select(webhook => webhook.Name).ShouldBe(["favouritesSubmitted", "batchFinished", "importFinished", "objectLost"]);
        foreach (var webhook in webhooks)
        {
            var body = webhook.Value.GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json");
            var (fields, example) = (body.GetProperty("schema").GetProperty("properties"), body.GetProperty("example"));
            example.EnumerateObject().Select(field => field.Name).ShouldBe(fields.EnumerateObject().Select(field => field.Name));
            example.Text("event").ShouldBe(webhook.Name);
            fields.GetProperty("event").Items("enum").Single().GetString().ShouldBe(webhook.Name);
            var data = document.GetProperty("components").GetProperty("schemas").GetProperty(fields.GetProperty("data").Text("$ref")!.Split('/')[^1]);
            example.GetProperty("data").EnumerateObject().Select(field => field.Name)
                .ShouldBe(data.GetProperty("properties").EnumerateObject().Select(field => field.Name), ignoreOrder: true);
        }
    }

    private static IEnumerable<(string Name, JsonElement Operation)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        where Methods.Contains(operation.Name)
        select ($"{operation.Name} {path.Name}", operation.Value);

    [GeneratedRegex(":[a-z]+}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Constraint();

    private Task<JsonElement> DocumentAsync() => server.Visitor.GetAsync("/openapi/v1.json").JsonAsync();
}
