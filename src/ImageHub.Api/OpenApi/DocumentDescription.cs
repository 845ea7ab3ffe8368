using ImageHub.Api.Accounts;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Errors;
using ImageHub.Api.Health;
using ImageHub.Application.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>The API's general description in the OpenAPI document.</summary>
internal sealed class DocumentDescription : IOpenApiDocumentTransformer
{
    /// <summary>The name of the scheme for <c>Authorization: Bearer</c>.</summary>
    public const string Bearer = "bearer";

    /// <summary>The name of the scheme for the session's cookie.</summary>
    public const string Cookie = "cookie";

    /// <summary>The name of the scheme for API keys.</summary>
    public const string Key = "apiKey";

    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "ImageHub",
            Version = WelcomeEndpoint.Version,
            Description = "A self-hosted image gallery and image API: groups of images, each at full, high, medium and low resolution. "
                + "Errors are problem documents (RFC 9457) with a stable `code`. Lists can be read by page (`page`, `pageSize`) or by cursor (`cursor`). "
                + "Every route that supports `GET` also supports `HEAD`, with the same status and headers. Times in requests have `Z` or an offset (in NSwag: `ParameterDateTimeFormat = \"O\"`). "
                + "An unknown query parameter is 400, except on routes that return pages, image bytes or feeds. "
                + "On every route, a method that the route does not support is 405 with `Allow`, and a request that violates HTTP itself is 400, 414 or 431 without a body.\n\n"
                + "## Codes of problems\n\n| code | status | meaning |\n|---|---|---|\n"
                + string.Join('\n', Problems.All.OrderBy(problem => problem.Status).Select(problem => $"| `{problem.Code}` | {problem.Status} | {problem.Title} |")),
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
            Contact = new OpenApiContact { Name = "The operator of this server" },
        };
        document.Servers = [new OpenApiServer { Url = "/" }];
        document.Tags = new HashSet<OpenApiTag>
        {
            new() { Name = "Service", Description = "The service's version and health." },
            new() { Name = "Signing in", Description = "Sessions." },
            new() { Name = "Site", Description = "The owner's site settings, and standard files such as the sitemap and the feed." },
            new() { Name = "Groups", Description = "Groups and their images." },
            new() { Name = "Archives", Description = "ZIPs of a group's images that can be downloaded in parts." },
            new() { Name = "Images", Description = "Images and their bytes." },
            new() { Name = "My images", Description = "A user's own images." },
            new() { Name = "Uploads", Description = "Batches of files with a receipt, and resumable uploads (tus 1.0; HEAD on an upload returns its offset)." },
            new() { Name = "Links", Description = "Links for guests, and the routes below a link." },
            new() { Name = "Transforms", Description = "Images in the size, crop and format of a signed address, and the keys that sign." },
            new() { Name = "Inventory", Description = "Observed quantities of products, their history and the latest quantity of each product." },
            new() { Name = "API keys", Description = "Credentials of programs." },
            new() { Name = "Users and tiers", Description = "Accounts, and the tiers with their limits." },
            new() { Name = "OneDrive", Description = "The connected OneDrive, and imports from it." },
            new() { Name = "Trash and storage", Description = "Deleted items, and storage in use." },
        };
        document.Components ??= new OpenApiComponents();
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemDocument), null, cancellationToken);
        if (problem.Properties?["preview"] is OpenApiSchema preview && preview.Properties?["cover"] is OpenApiSchema cover)
        {
            // A schema created here contains its inner types inline, and the framework omits null from the types of nullable inner schemas.
            cover.Type |= JsonSchemaType.Null;
        }

        document.Components.Schemas.TryAdd(nameof(ProblemDocument), problem);
        await WebhookDescription.AddAsync(document, context, cancellationToken);
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "The access token that signing in returns.",
            },
            [Cookie] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = SessionCookies.AccessToken,
                Description = "The same token as a cookie. A request that changes state must also send `X-Requested-With: ImageHub`.",
            },
            [Key] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = ApiKeyAuthentication.Header,
                Description = "An API key of a program. The key needs one of the operation's scopes; an operation without scopes accepts every key. "
                    + "The key takes precedence over the cookie. It cannot be combined with an access token in `Authorization`.",
            },
        };
    }
}
