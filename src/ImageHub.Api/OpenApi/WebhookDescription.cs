using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Domain.Webhooks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>Describes the webhook messages that this server sends.</summary>
internal static class WebhookDescription
{
    private static readonly (WebhookKind Kind, string Summary)[] Events =
    [
        (WebhookKind.FavouritesSubmitted, "A guest has submitted a choice"),
        (WebhookKind.BatchFinished, "Every file of an upload has its result; not for a user's own images if none is new"),
        (WebhookKind.GuestUploadFinished, "Every file of a guest's upload has its result, and photos await approval"),
        (WebhookKind.ImportFinished, "An import has ended"),
        (WebhookKind.ObjectLost, "Bytes of an image are lost and cannot be made again"),
    ];

    /// <summary>Adds all webhooks and the schemas of their data.</summary>
    public static async Task AddAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Webhooks = new Dictionary<string, IOpenApiPathItem>(StringComparer.Ordinal);
        foreach (var (kind, summary) in Events)
        {
            var data = Examples.WebhookData(kind).GetType();
            document.Components!.Schemas!.TryAdd(data.Name, await context.GetOrCreateSchemaAsync(data, null, cancellationToken));
            document.Webhooks[Name(kind)] = new OpenApiPathItem
            {
                Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = Describe(kind, summary, new OpenApiSchemaReference(data.Name, document)) },
            };
        }
    }

    private static string Name(WebhookKind kind) => JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    private static OpenApiOperation Describe(WebhookKind kind, string summary, OpenApiSchemaReference data) => new()
    {
        OperationId = $"Webhooks-{kind}",
        Summary = summary,
        Description = "Sent to `Webhooks__Url`, and repeated for a day until the receiver accepts it. A message may arrive twice, with the same `id`.",
        Security = [],
        Parameters =
        [
            new OpenApiParameter
            {
                Name = "X-ImageHub-Signature",
                In = ParameterLocation.Header,
                Required = true,
                Description = "`t=` seconds since 1970, `,v1=` the HMAC-SHA256 of the seconds, a dot and the body, in hexadecimal digits, with `Webhooks__Secret`.",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            },
        ],
        RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = Message(kind, data),
                    Example = Examples.Webhook(kind),
                },
            },
        },
        Responses = new OpenApiResponses { ["2XX"] = new OpenApiResponse { Description = "The message is accepted. Every other status is a failure, including redirects." } },
    };

    private static OpenApiSchema Message(WebhookKind kind, OpenApiSchemaReference data) => new()
    {
        Type = JsonSchemaType.Object,
        Required = new HashSet<string>(StringComparer.Ordinal) { "id", "event", "at", "data" },
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["id"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid", Description = "UUIDv7, the same at each attempt." },
            ["event"] = new OpenApiSchema { Type = JsonSchemaType.String, Enum = [JsonValue.Create(Name(kind))] },
            ["at"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time", Description = "When it happened." },
            ["data"] = data,
        },
    };
}
