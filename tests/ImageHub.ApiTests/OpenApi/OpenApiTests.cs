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
    public async Task The_document_describes_exactly_the_live_endpoints()
    {
        var document = await DocumentAsync();
        var live =
            from endpoint in server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            where !endpoint.RoutePattern.RawText!.Contains("openapi", StringComparison.Ordinal)

            // The document cannot describe the methods of WebDAV.
            where !endpoint.RoutePattern.RawText!.Contains("dav/", StringComparison.Ordinal)
            from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
            where method != "HEAD" || endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Count == 1
            select $"{method.ToLowerInvariant()} /{Constraint().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "}")}";

        Operations(document).Select(operation => operation.Name).Order(StringComparer.Ordinal).ShouldBe(live.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_client_that_already_has_the_document_gets_304()
    {
        using var first = await server.Visitor.GetAsync("/openapi/v1.json");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        await server.Visitor.SendAsync(request).StatusAsync(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Query_parameters_have_the_names_that_errors_use()
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
    public async Task Every_operation_documents_the_authorization_of_its_endpoint()
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
    public async Task Every_body_has_a_schema_and_every_JSON_body_has_an_example()
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
    public async Task A_text_field_documents_its_maximum_length(string schema, string field, int limit)
    {
        var properties = (await DocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties");

        properties.GetProperty(field).GetProperty("maxLength").GetInt32().ShouldBe(limit);
    }

    [Theory]
    [InlineData("get /api/v1/groups", "q", 200)]
    [InlineData("get /api/v1/images", "q", 200)]
    public async Task A_text_parameter_documents_its_maximum_length(string operation, string name, int limit)
    {
        var parameters = Operations(await DocumentAsync()).Single(row => row.Name == operation).Operation.GetProperty("parameters").EnumerateArray();

        parameters.Single(parameter => parameter.GetProperty("name").GetString() == name).GetProperty("schema").GetProperty("maxLength").GetInt32().ShouldBe(limit);
    }

    [Fact]
    public async Task A_repeatable_parameter_documents_its_maximum_count_and_the_maximum_length_of_a_value()
    {
        var parameters = Operations(await DocumentAsync()).Single(row => row.Name == "get /api/v1/images").Operation.GetProperty("parameters").EnumerateArray();
        var tag = parameters.Single(parameter => parameter.GetProperty("name").GetString() == "tag").GetProperty("schema");

        tag.GetProperty("maxItems").GetInt32().ShouldBe(50);
        tag.GetProperty("items").EnumerateObject().Select(field => field.Name).ShouldBe(["maxLength", "type"], ignoreOrder: true);
    }

    [Fact]
    public async Task Enums_are_strings_with_the_names_of_their_values()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas").EnumerateObject().Where(schema => schema.Value.TryGetProperty("enum", out _)).ToList();

        schemas.Count.ShouldBeGreaterThan(5);
        schemas.ShouldAllBe(schema => schema.Value.GetProperty("type").GetString() == "string");
        schemas.Single(schema => schema.Name == "BulkAction").Value.Items("enum").Select(name => name.GetString()).ShouldBe(["delete", "move", "restore", "purge", "edit", "approve"]);
    }

    [Theory]
    [InlineData("AnnouncedFile", "fileName bytes")]
    [InlineData("ObservedQuantity", "productId quantity timestamp")]
    [InlineData("FooterLink", "label url")]
    [InlineData("CreateUpload", "files")]
    [InlineData("UploadedFile", "index fileName bytes sha256 status imageId code error")]
    public async Task An_optional_request_field_is_not_required_and_an_answer_field_is(string schema, string required) =>
        (await SchemaAsync(schema)).Items("required").Select(name => name.GetString()).ShouldBe(required.Split(' '), ignoreOrder: true);

    [Theory]
    [InlineData("get /api/v1/inventory/records", "productId")]
    [InlineData("get /api/v1/inventory/history", "productId")]
    [InlineData("get /api/v1/inventory/levels", "productIds")]
    [InlineData("get /oembed", "url")]
    [InlineData("get /api/v1/groups", "")]
    [InlineData("get /api/v1/images", "")]
    public async Task A_parameter_that_must_be_sent_is_required(string operation, string required) =>
        string.Join(' ', (await ParametersAsync(operation, "query")).Where(parameter => parameter.Value.TryGetProperty("required", out var isRequired) && isRequired.GetBoolean()).Select(parameter => parameter.Key))
            .ShouldBe(required);

    [Theory]
    [InlineData("get /api/v1/groups", "page", "{'minimum':1}")]
    [InlineData("get /api/v1/groups", "pageSize", "{'minimum':1,'maximum':100}")]
    [InlineData("get /api/v1/uploads/{id}", "pageSize", "{'minimum':1,'maximum':1000}")]
    [InlineData("get /api/v1/uploads/{id}", "status", "{'enum':['needed','uploaded','duplicate','failed']}")]
    [InlineData("get /api/v1/uploads/{id}", "format", "{'enum':['json','csv']}")]
    [InlineData("get /api/v1/inventory/records", "limit", "{'minimum':1,'maximum':500}")]
    [InlineData("get /api/v1/inventory/records", "offset", "{'minimum':0,'exclusiveMaximum':100000}")]
    [InlineData("get /api/v1/inventory/history", "points", "{'minimum':1,'maximum':1000}")]
    [InlineData("get /api/v1/duplicates", "distance", "{'minimum':0,'maximum':16}")]
    [InlineData("get /api/v1/images", "sort", "{'enum':['position','createdAt','takenAt','fileName','bytes','rating','-position','-createdAt','-takenAt','-fileName','-bytes','-rating']}")]
    [InlineData("get /api/v1/images", "format", "{'enum':['jpeg','png','webp','avif','gif','tiff','heic']}")]
    [InlineData("get /api/v1/images", "sha256", "{'pattern':'^[0-9A-Fa-f]{64}$'}")]
    [InlineData("get /api/v1/images", "from", "{'format':'date-time'}")]
    [InlineData("get /api/v1/images/{id}/low", "format", "{'enum':['avif','webp']}")]
    [InlineData("get /api/v1/images/{id}/full", "format", "{'enum':['jpeg']}")]
    [InlineData("get /api/v1/shared/{token}/images/{id}/full", "format", "{'enum':['jpeg']}")]
    [InlineData("get /api/v1/images/{id}/thumbnails/{height}", "height", "{'minimum':16,'maximum':2000}")]
    [InlineData("get /api/v1/onedrive/items", "pageSize", "{'minimum':1,'maximum':100}")]
    public async Task A_parameter_documents_its_allowed_values(string operation, string name, string allowed)
    {
        var schema = (await ParametersAsync(operation, "query", "path"))[name].GetProperty("schema");

        if (schema.TryGetProperty("$ref", out var reference))
        {
            schema = await SchemaAsync(reference.GetString()!.Split('/')[^1]);
        }

        Contains(schema, allowed);
        schema.GetProperty("type").ValueKind.ShouldBe(JsonValueKind.String, "no parameter is null");
    }

    [Theory]
    [InlineData("BulkImages", "ids", "{'minItems':1,'maxItems':1000,'uniqueItems':true}")]
    [InlineData("BulkImages", "firstNumber", "{'minimum':1,'maximum':1000000}")]
    [InlineData("BulkImages", "title", "{'type':['null','string']}")]
    [InlineData("OrderGroups", "ids", "{'minItems':1,'maxItems':1000}")]
    [InlineData("CreateArchive", "ids", "{'minItems':1,'maxItems':1000}")]
    [InlineData("CreateArchive", "variant", "{'enum':['full','high',null]}")]
    [InlineData("CreateUpload", "files", "{'minItems':1,'maxItems':10000}")]
    [InlineData("RecordInventory", "items", "{'minItems':1,'maxItems':10000}")]
    [InlineData("ObservedQuantity", "quantity", "{'minimum':0}")]
    [InlineData("CreateApiKey", "scopes", "{'minItems':1}")]
    [InlineData("CreateImageLink", "variant", "{'pattern':'^(low|medium|high|full|[1-9][0-9]{1,3})$'}")]
    [InlineData("CreateImageLink", "expiresInSeconds", "{'minimum':300,'maximum':30000}")]
    [InlineData("CreateGroupLink", "expiresInSeconds", "{'minimum':300,'maximum':31536000}")]
    [InlineData("CreateGroupLink", "maxViews", "{'minimum':1,'maximum':1000000}")]
    [InlineData("CreateTier", "quotaBytes", "{'minimum':0}")]
    [InlineData("UpdateTier", "maxFileBytes", "{'minimum':1}")]
    [InlineData("UpdateSite", "footer", "{'maxItems':8}")]
    [InlineData("UpdateSite", "accent", "{'pattern':'^#[0-9A-Fa-f]{6}$','type':['null','string']}")]
    [InlineData("UpdateSite", "title", "{'type':['null','string']}")]
    [InlineData("UpdateImage", "fileName", "{'type':'string'}")]
    [InlineData("UpdateImage", "groupId", "{'type':'string','format':'uuid'}")]
    [InlineData("UpdateImage", "title", "{'type':['null','string']}")]
    [InlineData("UpdateGroup", "title", "{'type':'string'}")]
    [InlineData("UpdateGroup", "isPublished", "{'type':'boolean'}")]
    [InlineData("UpdateUser", "role", "{'type':'string','enum':['user','admin','editor']}")]
    [InlineData("UpdateUser", "password", "{'type':'string'}")]
    [InlineData("UpdateTier", "originals", "{'type':'boolean'}")]
    public async Task A_field_documents_its_allowed_values_and_is_nullable_only_where_null_is_accepted(string schema, string field, string allowed) =>
        Contains((await SchemaAsync(schema)).GetProperty("properties").GetProperty(field), allowed);

    [Theory]
    [InlineData("get /api/v1/groups", "200 header Link")]
    [InlineData("get /api/v1/groups", "200 header X-Request-Id")]
    [InlineData("get /api/v1/groups", "400 header X-Request-Id")]
    [InlineData("get /api/v1/groups/{id}", "400")]
    [InlineData("get /api/v1/images/{id}/low", "206 header Content-Range")]
    [InlineData("get /api/v1/images/{id}/low", "302 header Location")]
    [InlineData("get /api/v1/images/{id}/low", "304 header ETag")]
    [InlineData("get /api/v1/images/{id}/low", "takes If-Match")]
    [InlineData("get /api/v1/archives/{token}", "206 header Content-Range")]
    [InlineData("get /api/v1/archives/{token}", "304")]
    [InlineData("get /api/v1/archives/{token}", "takes If-Match")]
    [InlineData("get /feed.xml", "304")]
    [InlineData("get /api/v1/uploads/{id}", "200 media text/csv")]
    [InlineData("get /api/v1/links/{id}/favourites", "200 media text/csv")]
    [InlineData("head /api/v1/uploads/tus/{id}", "200 header Upload-Offset")]
    [InlineData("head /api/v1/uploads/tus/{id}", "200 header Upload-Length")]
    [InlineData("head /api/v1/uploads/tus/{id}", "200 header Upload-Metadata")]
    [InlineData("head /api/v1/uploads/tus/{id}", "takes Tus-Resumable")]
    [InlineData("delete /api/v1/uploads/tus/{id}", "takes Tus-Resumable")]
    [InlineData("get /api/v1/onedrive/callback", "303 header Location")]
    [InlineData("get /api/v1/auth/oidc", "303 header Location")]
    [InlineData("post /api/v1/auth/login", "403")]
    [InlineData("post /api/v1/groups/{id}/archives", "403")]
    public async Task An_operation_documents_its_request_and_its_answers(string operation, string what)
    {
        var described = Operations(await DocumentAsync()).Single(row => row.Name == operation).Operation;

        switch (what.Split(' '))
        {
            case ["takes", var header]:
                (await ParametersAsync(operation, "header")).Keys.ShouldContain(header);
                break;
            case [var status]:
                described.GetProperty("responses").TryGetProperty(status, out _).ShouldBeTrue();
                break;
            case [var status, "header", var header]:
                described.GetProperty("responses").GetProperty(status).GetProperty("headers").TryGetProperty(header, out _).ShouldBeTrue();
                break;
            case [var status, _, var media]:
                described.GetProperty("responses").GetProperty(status).GetProperty("content").TryGetProperty(media, out _).ShouldBeTrue();
                break;
        }
    }

    [Fact]
    public async Task A_receipt_offers_the_cursor_form_but_not_the_page_form() =>
        (await ParametersAsync("get /api/v1/uploads/{id}", "query")).Keys.ShouldBe(["status", "pageSize", "cursor", "format"], ignoreOrder: true);

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
    public async Task Tags_document_their_maximum_count_and_length()
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
    public async Task Rate_limited_operations_document_429(string name)
    {
        var responses = Operations(await DocumentAsync()).Single(operation => operation.Name == name).Operation.GetProperty("responses");
        var headers = responses.GetProperty("429").GetProperty("headers").EnumerateObject().Select(header => header.Name);
        headers.ShouldBe(["Retry-After", "RateLimit", "RateLimit-Policy", "X-Request-Id"], ignoreOrder: true);
    }

    [Fact]
    public async Task The_document_passes_Spectrals_OpenAPI_rules_without_errors()
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

        webhooks.Select(webhook => webhook.Name).ShouldBe(["favouritesSubmitted", "batchFinished", "guestUploadFinished", "importFinished", "objectLost"]);
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

    private async Task<JsonElement> SchemaAsync(string name) => (await DocumentAsync()).GetProperty("components").GetProperty("schemas").GetProperty(name);

    private async Task<Dictionary<string, JsonElement>> ParametersAsync(string operation, params string[] places) =>
        Operations(await DocumentAsync()).Single(row => row.Name == operation).Operation.GetProperty("parameters").EnumerateArray()
            .Where(parameter => places.Contains(parameter.GetProperty("in").GetString()))
            .ToDictionary(parameter => parameter.GetProperty("name").GetString()!, StringComparer.Ordinal);

    /// <summary>Asserts that a schema contains the given keywords with their values.</summary>
    private static void Contains(JsonElement schema, string keywords)
    {
        foreach (var keyword in JsonSerializer.Deserialize<JsonElement>(keywords.Replace('\'', '"')).EnumerateObject())
        {
            schema.TryGetProperty(keyword.Name, out var value).ShouldBeTrue($"{keyword.Name} in {schema}");
            JsonSerializer.Serialize(value).ShouldBe(JsonSerializer.Serialize(keyword.Value), keyword.Name);
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
