using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>The OpenAPI document and Swagger UI.</summary>
internal static class OpenApiServices
{
    private const string DocsPrefix = "docs";

    /// <summary>The path of the only document.</summary>
    private const string DocumentPath = "/openapi/v1.json";

    /// <summary>Swagger UI uses inline styles and data URIs.</summary>
    private const string DocsPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string DocumentName = "v1";

    public static void AddImageHubOpenApi(this IServiceCollection services) => services.AddSingleton<OpenApiBytes>().AddOpenApi(DocumentName, options =>
    {
        // The document states once that HEAD works like GET. It lists HEAD only for routes without GET.
        options.ShouldInclude = description => !HttpMethods.IsHead(description.HttpMethod!) || description.ActionDescriptor is ControllerActionDescriptor;
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = type => SchemaDescription.IsOptional(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddDocumentTransformer<DocumentDescription>();
        options.AddOperationTransformer<OperationDescription>();
        options.AddSchemaTransformer<SchemaDescription>();
        options.AddSchemaTransformer<FieldLimits>();
    });

    /// <summary>Maps the document. The framework's own endpoint generates it for each request, which takes 0.1 s of CPU time.</summary>
    public static void MapImageHubOpenApi(this IEndpointRouteBuilder endpoints) => endpoints
        .MapGet(DocumentPath, async (OpenApiBytes bytes) =>
        {
            var (json, entityTag) = await bytes.Document.Value;
            return Results.Bytes(json, "application/json;charset=utf-8", entityTag: entityTag);
        })
        .ExcludeFromDescription()
        .AllowAnonymous();

    public static void UseDocsPage(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments("/" + DocsPrefix, StringComparison.OrdinalIgnoreCase))
            {
                context.Response.Headers.ContentSecurityPolicy = DocsPolicy;
            }

            return next(context);
        });
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = DocsPrefix;
            page.DocumentTitle = "ImageHub API";
            page.SwaggerEndpoint(DocumentPath, "ImageHub v1");
        });
    }

    /// <summary>The document, generated once.</summary>
    private sealed class OpenApiBytes([FromKeyedServices(DocumentName)] IOpenApiDocumentProvider provider)
    {
        public Lazy<Task<(byte[] Json, EntityTagHeaderValue EntityTag)>> Document { get; } = new(async () =>
        {
            var document = await provider.GetOpenApiDocumentAsync();
            using var text = new MemoryStream();
            await document.SerializeAsJsonAsync(text, OpenApiSpecVersion.OpenApi3_1);
            var json = text.ToArray();
            return (json, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(json))}\""));
        });
    }
}
