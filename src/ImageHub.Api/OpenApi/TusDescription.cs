using ImageHub.Api.Uploads;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>Describes the headers and bodies of resumable uploads, which no method signature contains.</summary>
internal static class TusDescription
{
    private const string ContentType = "application/offset+octet-stream";

    /// <summary>Adds a tus route's request headers, bodies and response headers.</summary>
    public static void AddTo(OpenApiOperation operation, string method, IEnumerable<object> metadata)
    {
        var routes = metadata.ToList();
        var isCreation = routes.OfType<TusCreationAttribute>().Any();
        var isAppend = routes.OfType<TusAppendAttribute>().Any();
        var (isHead, isOptions) = (HttpMethods.IsHead(method), HttpMethods.IsOptions(method));
        if (!routes.OfType<TusVersionAttribute>().Any())
        {
            return;
        }

        // Responses have no bodies.
        foreach (var answer in operation.Responses!.Where(answer => answer.Key[0] == '2').Select(answer => answer.Value).OfType<OpenApiResponse>())
        {
            answer.Content?.Clear();
            answer.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            if (isCreation)
            {
                answer.Headers["Location"] = Header("The address of the new resource.");
            }

            answer.Headers["Tus-Resumable"] = Header("The version, 1.0.0.");
            if (isHead)
            {
                answer.Headers["Upload-Length"] = Header("The file's size in bytes.");
                answer.Headers["Upload-Metadata"] = Header("The creation metadata as sent; absent for a file of a batch.");
            }

            if (isCreation || isAppend || isHead)
            {
                answer.Headers["Upload-Offset"] = Header("The number of stored bytes; the file's size once the image exists.");
                answer.Headers["Upload-Expires"] = Header("When the stored bytes or result are deleted.");
                answer.Headers["ImageHub-Image-Id"] = Header("The image's id, once the image exists.");
                answer.Headers["ImageHub-Duplicate"] = Header("duplicateContent if an image with equal bytes already exists.");
            }
        }

        operation.Parameters ??= [];
        if (!isOptions)
        {
            Take(operation, "Tus-Resumable", "The version, 1.0.0.", isRequired: true);
        }

        if (isCreation)
        {
            Take(operation, "Upload-Length", "The file's size in bytes.", isRequired: true, JsonSchemaType.Integer);
            Take(operation, "Upload-Metadata", "Keys with values in base64, separated by commas: filename, groupId (admins, editors and keys), sha256.", isRequired: true);
        }

        if (isAppend)
        {
            Take(operation, "Upload-Offset", "The offset of the body in the file, in bytes.", isRequired: true, JsonSchemaType.Integer);
        }

        if (isCreation || isAppend)
        {
            Take(operation, "Upload-Checksum", "The checksum of the body: sha1 or sha256, a space and the hash in base64.", isRequired: false);
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = isAppend,
                Description = "Bytes of the file.",
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [ContentType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
                },
            };
        }
    }

    private static void Take(OpenApiOperation operation, string name, string description, bool isRequired, JsonSchemaType type = JsonSchemaType.String) => operation.Parameters!.Add(new OpenApiParameter
    {
        Name = name,
        In = ParameterLocation.Header,
        Required = isRequired,
        Description = description,
        Schema = new OpenApiSchema { Type = type, Format = type == JsonSchemaType.Integer ? "int64" : null },
    });

    private static OpenApiHeader Header(string description) => new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
}
