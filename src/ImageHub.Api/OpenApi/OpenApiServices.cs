namespace ImageHub.Api.OpenApi;

/// <summary>The OpenAPI document and the page that shows it.</summary>
internal static class OpenApiServices
{
    public static void AddImageHubOpenApi(this IServiceCollection services) => services.AddOpenApi("v1");

    public static void MapImageHubOpenApi(this IEndpointRouteBuilder endpoints) => endpoints.MapOpenApi();

    public static void UseDocsPage(this WebApplication app) => app.UseSwaggerUI(page =>
    {
        page.RoutePrefix = "docs";
        page.DocumentTitle = "ImageHub API";
        page.SwaggerEndpoint("/openapi/v1.json", "ImageHub v1");
    });
}
