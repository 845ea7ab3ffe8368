using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>The OpenAPI document and the page that shows it.</summary>
internal static class OpenApiServices
{
    public static void AddImageHubOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.CreateSchemaReferenceId = type => SchemaDescription.IsOptional(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddDocumentTransformer<DocumentDescription>();
        options.AddOperationTransformer<OperationDescription>();
        options.AddSchemaTransformer<SchemaDescription>();
    });

    public static void MapImageHubOpenApi(this IEndpointRouteBuilder endpoints) => endpoints.MapOpenApi();

    public static void UseDocsPage(this WebApplication app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "docs";
        page.DocumentTitle = "ImageHub API";
        page.SwaggerEndpoint("/openapi/v1.json", "ImageHub v1");
    });
}
