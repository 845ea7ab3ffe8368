using System.Text.Json;
using System.Text.Json.Serialization;
using ImageHub.Api.Requests;
using ImageHub.Application.Links;

namespace ImageHub.Api.Errors;

/// <summary>An error (RFC 9457).</summary>
/// <param name="Type">A URN that ends with <paramref name="Code"/>.</param>
/// <param name="Title">The kind of problem, the same text each time.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">The error in this request, the rejected value and the allowed values.</param>
/// <param name="Instance">The path of the request.</param>
/// <param name="Code">A stable camelCase error code.</param>
/// <param name="RequestId">The request's id, as in the <c>X-Request-Id</c> header and in the log.</param>
/// <param name="Errors">For 400: the errors by field.</param>
/// <param name="ExistingId">For duplicates: the id of the existing resource.</param>
/// <param name="BytesLeft">For an exceeded quota: the number of bytes left to the owner.</param>
/// <param name="Preview">The group's title and cover, if the link has a password and shows them before the password is entered.</param>
public sealed record ProblemDocument(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Instance,
    string Code,
    string RequestId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? ExistingId = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? BytesLeft = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LinkPreview? Preview = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ProblemDocument))]
internal sealed partial class ProblemJson : JsonSerializerContext
{
    /// <summary>Serializer options as in <see cref="ApiJson"/>: only characters that JSON requires to be escaped are escaped.</summary>
    public static ProblemJson Relaxed { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = ApiJson.Encoder });
}
