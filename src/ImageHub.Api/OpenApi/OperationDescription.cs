using System.Globalization;
using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Api.ApiKeys;
using ImageHub.Api.Archives;
using ImageHub.Api.Errors;
using ImageHub.Api.Images;
using ImageHub.Api.Oidc;
using ImageHub.Api.OneDrive;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using ImageHub.Api.Web;
using ImageHub.Application.Paging;
using ImageHub.Domain.ApiKeys;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace ImageHub.Api.OpenApi;

/// <summary>Completes the description of each operation: callers, errors, examples and binary bodies.</summary>
internal sealed class OperationDescription : IOpenApiOperationTransformer
{
    private const string AnyImage = "image/*";
    private const string ApiPath = "api/v1/";

    private static readonly string[] ImageHeaders = ["ETag", "Last-Modified", "Cache-Control", "Accept-Ranges"];

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var action = context.Description.ActionDescriptor;
        var metadata = action.EndpointMetadata;
        operation.OperationId = OperationId(context);
        operation.Description ??= operation.Summary;
        foreach (var parameter in (operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            Describe(parameter, context);
        }

        operation.Responses ??= [];
        Secure(operation, context);
        var statuses = metadata.OfType<FailsWithAttribute>().SelectMany(fails => fails.Statuses);
        if (operation.RequestBody?.Content?.ContainsKey("application/json") == true)
        {
            // JSON routes limit the body's size and media type.
            statuses = [.. statuses, StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType];
        }

        if (context.Description.RelativePath!.StartsWith(ApiPath, StringComparison.Ordinal))
        {
            // 403: an API key without the scope, or a change by cookie without the header X-Requested-With. 400: an unknown parameter, or an API key beside an
            // access token.
            var isForAnyKey = HttpMethods.IsGet(context.Description.HttpMethod!) && metadata.OfType<AllowKeysAttribute>().LastOrDefault() is { Scopes.Count: 0 };
            statuses = [.. statuses, .. isForAnyKey ? [] : (int[])[StatusCodes.Status403Forbidden], StatusCodes.Status400BadRequest];
        }

        var isThrottled = metadata.Any(item => item is ThrottledAttribute or RouteLimitAttribute);
        if (isThrottled || (metadata.OfType<IAllowAnonymous>().Any() && VisitorLimits.Counts(metadata)))
        {
            statuses = [.. statuses, StatusCodes.Status429TooManyRequests];
        }

        foreach (var status in statuses)
        {
            operation.Responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), Problem(status, context.Document!));
        }

        if (metadata.OfType<ServesImageAttribute>().Any())
        {
            DescribeBytes(operation);
        }

        if (metadata.OfType<ServesPictureAttribute>().Any())
        {
            operation.Responses["200"] = new OpenApiResponse { Description = "The picture.", Content = Content(AnyImage, Binary()) };
        }

        if (metadata.OfType<ServesTextAttribute>().LastOrDefault() is { } text)
        {
            operation.Responses["200"] = new OpenApiResponse { Description = text.Description, Content = Content(text.MediaType, new OpenApiSchema { Type = JsonSchemaType.String }) };
        }

        if (metadata.OfType<ServesArchiveAttribute>().SingleOrDefault() is { } archive)
        {
            DescribeArchive(operation);
            if (archive.IsResumable)
            {
                DescribeConditions(operation, ArchiveResult.ContentType);
            }
        }

        if (metadata.OfType<HasEntityTagAttribute>().Any())
        {
            operation.Responses["304"] = new OpenApiResponse { Description = "If-None-Match matches the current entity tag.", Headers = Headers("ETag") };
            Take(operation, "If-None-Match");
        }

        if (operation.RequestBody is OpenApiRequestBody body && BodyType(context) is { } type)
        {
            body.Required = !OptionalBodies.MayBeAbsent(type);
        }

        if (metadata.OfType<MultipartUploadAttribute>().Any())
        {
            operation.RequestBody = MultipartBody();
        }
        else if (metadata.OfType<AnnouncedFilesAttribute>().Any())
        {
            operation.RequestBody = AnnouncedFilesBody();
        }
        else if (metadata.OfType<RawUploadAttribute>().Any())
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = "The file's bytes.",
                Content = Content("application/octet-stream", Binary()),
            };
        }
        else if (metadata.OfType<LogoutTokenBodyAttribute>().Any())
        {
            var form = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Required = new HashSet<string>(StringComparer.Ordinal) { "logout_token" },
                Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal) { ["logout_token"] = new OpenApiSchema { Type = JsonSchemaType.String } },
            };
            operation.RequestBody = new OpenApiRequestBody { Required = true, Description = "The logout token, a signed JWT.", Content = Content(MediaTypeNames.Application.FormUrlEncoded, form) };
        }
        else if (metadata.OfType<SidecarBodyAttribute>().Any())
        {
            // The JSON is a file, too: client generators take both as bytes.
            var content = Content(SidecarBodies.Xmp, Binary());
            content[MediaTypeNames.Application.Json] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.Object | JsonSchemaType.String, Format = "binary" }, Example = Examples.Takeout() };
            operation.RequestBody = new OpenApiRequestBody { Required = true, Description = "An XMP packet, or the JSON of Google Takeout; at most 1 MiB.", Content = content };
        }

        if (metadata.OfType<LogoutTokenBodyAttribute>().Any())
        {
            operation.Responses["200"].Content?.Clear();
        }

        foreach (var response in context.Description.SupportedResponseTypes.Where(response => response.Type == typeof(void) && response.StatusCode is 201 or 204 or 303))
        {
            operation.Responses[response.StatusCode.ToString(CultureInfo.InvariantCulture)].Content?.Clear();
        }

        if (HttpMethods.IsHead(context.Description.HttpMethod!))
        {
            foreach (var response in operation.Responses.Values)
            {
                response.Content?.Clear();
            }
        }

        DescribeHeaders(operation, context);
        TusDescription.AddTo(operation, context.Description.HttpMethod!, metadata);
        if (isThrottled)
        {
            DescribeThrottle(operation);
        }

        Examples.AddTo(operation, context);
        if (metadata.OfType<ServesTableAttribute>().Any() && operation.Responses["200"].Content is { } media)
        {
            media[ServesTableAttribute.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            if (metadata.OfType<ServesSidecarsAttribute>().Any())
            {
                media[ArchiveResult.ContentType] = new OpenApiMediaType { Schema = Binary() };
            }
        }

        return Task.CompletedTask;
    }

    private static Type? BodyType(OpenApiOperationTransformerContext context) =>
        context.Description.ParameterDescriptions.FirstOrDefault(parameter => parameter.Source.Id == "Body")?.Type;

    private static string OperationId(OpenApiOperationTransformerContext context)
    {
        if (context.Description.ActionDescriptor is not ControllerActionDescriptor action)
        {
            return context.Description.RelativePath!.Replace('/', '-');
        }

        return $"{JsonNamingPolicy.CamelCase.ConvertName(action.ControllerName)}-{JsonNamingPolicy.CamelCase.ConvertName(action.ActionName)}";
    }

    private static void Secure(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var keys = metadata.OfType<AllowKeysAttribute>().LastOrDefault();
        string[] schemes = [DocumentDescription.Bearer, DocumentDescription.Cookie, .. keys is null ? [] : (string[])[DocumentDescription.Key]];
        var credentials = schemes.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] }).ToList();
        if (keys is { Scopes.Count: > 0 })
        {
            // The description names the scopes, because OpenAPI supports scopes only for OAuth security schemes.
            operation.Description += $"\n\nAn API key needs the scope {string.Join(" or ", keys.Scopes.Select(scope => $"`{scope.Name()}`"))}.";
        }

        // An empty requirement makes credentials optional.
        operation.Security = metadata.OfType<IAllowAnonymous>().Any() ? [new OpenApiSecurityRequirement(), .. credentials] : credentials;
    }

    private static OpenApiResponse Problem(int status, OpenApiDocument document)
    {
        var content = Content("application/problem+json", null);
        content["application/problem+json"] = new OpenApiMediaType
        {
            Schema = new OpenApiSchemaReference(nameof(ProblemDocument), document),
            Example = Examples.Problem(status),
        };
        var response = new OpenApiResponse { Description = ReasonPhrases.GetReasonPhrase(status), Content = content };
        if (status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable)
        {
            response.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            {
                ["Retry-After"] = Header("Seconds to wait.", JsonSchemaType.Integer),
            };
        }

        return response;
    }

    private static void DescribeThrottle(OpenApiOperation operation)
    {
        foreach (var response in operation.Responses!.Where(response => response.Key is "429" || response.Key[0] == '2').Select(response => response.Value).OfType<OpenApiResponse>())
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            response.Headers[ThrottleHeaders.State] = Header("The remaining requests in the caller's bucket (r), and the seconds until it is full (t).", JsonSchemaType.String);
            response.Headers[ThrottleHeaders.Policy] = Header("The bucket's size (q), and the seconds in which it fills (w).", JsonSchemaType.String);
        }
    }

    /// <summary>Completes a parameter: its name as sent, and its allowed values.</summary>
    private static void Describe(OpenApiParameter parameter, OpenApiOperationTransformerContext context)
    {
        var bound = context.Description.ParameterDescriptions.FirstOrDefault(one => one.Name == parameter.Name);

        // Query parameters are properties of a record; their names are camel case, as in JSON.
        parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
        var declared = (bound?.ParameterDescriptor as ControllerParameterDescriptor)?.ParameterInfo;
        if (parameter.Schema is OpenApiSchema schema)
        {
            // An absent parameter is not null.
            schema.Type &= ~JsonSchemaType.Null;
            schema.Enum = declared?.GetCustomAttribute<OneOfAttribute>() is { } texts ? [.. texts.Values.Select(value => JsonValue.Create(value))] : schema.Enum;
            if (declared?.GetCustomAttribute<BetweenAttribute>() is { } range)
            {
                (schema.Minimum, schema.Maximum) = (range.Min.ToString(CultureInfo.InvariantCulture), range.Max.ToString(CultureInfo.InvariantCulture));
            }
        }

        if (parameter.Schema is OpenApiSchema { Enum.Count: > 0 } values && NameValues(bound, declared) is { } name)
        {
            context.Document!.AddComponent(name, values);
            parameter.Schema = new OpenApiSchemaReference(name, context.Document);
        }

        parameter.Required |= declared?.IsDefined(typeof(NeededAttribute)) == true
            || (bound?.ModelMetadata is { ContainerType: { } container, PropertyName: { } property } && FieldLimits.IsRequired(context.ApplicationServices, container, property));
    }

    /// <summary>
    /// The name of the schema with a parameter's allowed values. Without this name, client generators would number the types of parameters with the same name.
    /// </summary>
    private static string? NameValues(ApiParameterDescription? bound, ParameterInfo? declared) => (declared?.GetCustomAttribute<OneOfAttribute>(), bound) switch
    {
        ({ } texts, _) => texts.Name,
        (_, { ModelMetadata: { UnderlyingOrModelType: { IsEnum: true } type } }) => type.Name,
        (_, { ModelMetadata: { ContainerType: { } container, PropertyName: { } property } }) => container.Name + property,
        _ => null,
    };

    private static void DescribeBytes(OpenApiOperation operation)
    {
        operation.Responses!["200"] = new OpenApiResponse { Description = "The bytes.", Content = Content(AnyImage, Binary()), Headers = Headers(ImageHeaders) };
        operation.Responses["302"] = new OpenApiResponse
        {
            Description = "Location is the address of the current revision. If `Storage__S3__Delivery` is `Redirect`, it is an address of a public image's bytes in the object store that is valid for 60 s.",
            Headers = Headers("Location"),
        };
        DescribeConditions(operation, AnyImage);
        foreach (var name in (string[])["If-Modified-Since", "If-Unmodified-Since"])
        {
            Take(operation, name);
        }
    }

    /// <summary>Describes range and conditional requests (RFC 9110, sections 13 and 14).</summary>
    private static void DescribeConditions(OpenApiOperation operation, string mediaType)
    {
        operation.Responses!["206"] = new OpenApiResponse { Description = "The requested range.", Content = Content(mediaType, Binary()), Headers = Headers([.. ImageHeaders, "Content-Range"]) };
        operation.Responses["304"] = new OpenApiResponse { Description = "If-None-Match matches the current entity tag.", Headers = Headers("ETag", "Cache-Control") };
        foreach (var name in (string[])["If-None-Match", "If-Match", "If-Range", "Range"])
        {
            Take(operation, name);
        }
    }

    private static void Take(OpenApiOperation operation, string header)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = header,
            In = ParameterLocation.Header,
            Description = $"{header} (RFC 9110).",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    private static Dictionary<string, IOpenApiHeader> Headers(params string[] names) =>
        names.ToDictionary(name => name, IOpenApiHeader (name) => Header($"{name} (RFC 9110, RFC 9111).", JsonSchemaType.String), StringComparer.Ordinal);

    private static void DescribeArchive(OpenApiOperation operation) => operation.Responses!["200"] = new OpenApiResponse
    {
        Description = "The uncompressed archive, streamed in the group's order. A download shorter than Content-Length has failed.",
        Content = Content(ArchiveResult.ContentType, Binary()),
        Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
        {
            ["Content-Length"] = Header("The archive's size in bytes.", JsonSchemaType.Integer),
            ["Content-Disposition"] = Header("The group's title as a file name (RFC 6266).", JsonSchemaType.String),
        },
    };

    private static void DescribeHeaders(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        foreach (var (status, answer) in operation.Responses!)
        {
            if (answer is not OpenApiResponse response)
            {
                continue;
            }

            response.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            response.Headers[CommonHeaders.RequestId] = Header("The request's id, as in the server's log.", JsonSchemaType.String);
            if (status == "201" && response.Content is { Count: > 0 } && operation.RequestBody?.Content?.ContainsKey("multipart/form-data") != true)
            {
                response.Headers["Location"] = Header("The address of the new resource.", JsonSchemaType.String);
            }

            if (status == "303")
            {
                response.Headers["Location"] = Header("The address to open next.", JsonSchemaType.String);
            }

            if (status == "200" && context.Description.ParameterDescriptions.Any(parameter => parameter.ModelMetadata?.ContainerType == typeof(PageQuery) || parameter.Name == nameof(PageQuery.Page)))
            {
                response.Headers["Link"] = Header("Links to the first, previous, next and last page (RFC 8288).", JsonSchemaType.String);
            }
        }
    }

    private static OpenApiRequestBody MultipartBody() => new()
    {
        Required = true,
        Content = Content("multipart/form-data", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(StringComparer.Ordinal) { "files" },
            Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
            {
                ["files"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Binary(), Description = "The files. Every part with a file name is a file, whatever the name of the part. Text fields other than tags and category are ignored." },
                ["tags"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "Tags, separated by commas, for the files after this field, or for all files if no file follows. The field may also be named category." },
            },
        }),
    };

    private static OpenApiRequestBody AnnouncedFilesBody() => new()
    {
        Required = true,
        Content = Content("multipart/form-data", new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Description = "Each file is a part with a file name. The name of the part is the last segment of the file's uploadUrl.",
            AdditionalProperties = Binary(),
        }),
    };

    private static OpenApiSchema Binary() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static OpenApiHeader Header(string description, JsonSchemaType type) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = type } };

    private static Dictionary<string, OpenApiMediaType> Content(string mediaType, OpenApiSchema? schema) =>
        new(StringComparer.Ordinal) { [mediaType] = new OpenApiMediaType { Schema = schema } };
}
