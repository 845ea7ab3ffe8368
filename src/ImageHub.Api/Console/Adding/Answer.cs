using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ImageHub.Api.Console.Adding;

/// <summary>The server's response.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The JSON body; undefined if there was none.</param>
internal sealed record Answer(HttpStatusCode Status, JsonElement Body)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The number of bytes of a resumable upload that the server has.</summary>
    public long Offset { get; init; }

    /// <summary>The server's file size limit, if it states one.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>The id of the image that a resumable upload created, or of the existing image with the same content.</summary>
    public string? ImageId { get; init; }

    /// <summary>Whether the image already existed.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>The target of a redirect.</summary>
    public Uri? Location { get; init; }

    /// <summary>The time to wait before the next attempt.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The problem's error code.</summary>
    public string? Code => Text("code");

    /// <summary>The error text.</summary>
    public string Reason => Text("detail") ?? (Location is null ? $"the server answered {(int)Status}" : $"the server answered {(int)Status} and redirects to {Location}");

    /// <summary>The id of the created resource.</summary>
    public Guid Id => Body.GetProperty("id").GetGuid();

    /// <summary>The elements of an array property.</summary>
    public IEnumerable<JsonElement> Items(string field) => Body.GetProperty(field).EnumerateArray();

    /// <summary>Reads a response including its body.</summary>
    public static async Task<Answer> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var wait = response.Headers.RetryAfter;
        var answer = new Answer(response.StatusCode, await BodyAsync(response.Content, cancellationToken))
        {
            Location = response.Headers.Location,
            Offset = long.TryParse(Header(response, "Upload-Offset"), NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0,
            MaxBytes = long.TryParse(Header(response, "Tus-Max-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : null,
            ImageId = Header(response, "ImageHub-Image-Id"),
            IsDuplicate = Header(response, "ImageHub-Duplicate") is not null,
            RetryAfter = wait?.Delta ?? (wait?.Date - DateTimeOffset.UtcNow),
        };
        return answer;
    }

    /// <summary>The body as a type of the API.</summary>
    public T? As<T>() => Body.ValueKind == JsonValueKind.Object ? Body.Deserialize<T>(Json) : default;

    /// <summary>A string property, or null.</summary>
    public string? Text(string field) =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    private static async Task<JsonElement> BodyAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) is not true)
        {
            return default;
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<JsonElement>(await content.ReadAsStreamAsync(cancellationToken), Json, cancellationToken);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
