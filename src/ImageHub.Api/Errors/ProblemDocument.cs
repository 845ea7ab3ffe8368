using System.Text.Json;
using System.Text.Json.Serialization;
using ImageHub.Api.Requests;
using ImageHub.Application.Links;

namespace ImageHub.Api.Errors;

/// <summary>An error (RFC 9457).</summary>
/// <param name="Type">A URN that ends with <paramref name="Code"/>.</param>
/// <param name="Title">The kind of problem, in the same few words each time.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What was wrong with this request, with which value, and what is allowed.</param>
/// <param name="Instance">The path that was asked for.</param>
/// <param name="Code">A stable camelCase word.</param>
/// <param name="RequestId">As in the <c>X-Request-Id</c> header and in the log.</param>
/// <param name="Errors">For 400: what is wrong, by field.</param>
/// <param name="ExistingId">For duplicates: what is there already.</param>
/// <param name="BytesLeft">For an exceeded quota: how many bytes the owner may still keep.</param>
/// <param name="Preview">For a link with a password that shows the group's title and cover before it.</param>
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
    /// <summary>As <see cref="ApiJson"/>: no character is escaped that JSON does not ask to escape.</summary>
    public static ProblemJson Relaxed { get; } = new(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = ApiJson.Encoder });
}
