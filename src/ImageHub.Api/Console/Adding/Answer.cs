using System.Globalization;
using System.Net;
using System.Text.Json;

namespace ImageHub.Api.Console.Adding;

/// <summary>What the server said.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its JSON; undefined where there was none.</param>
internal sealed record Answer(HttpStatusCode Status, JsonElement Body)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>How many bytes of a resumable upload the server has.</summary>
    public long Offset { get; init; }

    /// <summary>The largest file that the server takes, where it says so.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>The image that a resumable upload became, or whose bytes it has.</summary>
    public string? ImageId { get; init; }

    /// <summary>Whether that image was there already.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>Where a redirect leads.</summary>
    public Uri? Location { get; init; }

    /// <summary>How long to wait before another try.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>The problem's code.</summary>
    public string? Code => Text("code");

    /// <summary>What was wrong, in words.</summary>
    public string Reason => Text("detail") ?? (Location is null ? $"the server answered {(int)Status}" : $"the server answered {(int)Status} and names {Location}");

    /// <summary>The id of what was made.</summary>
    public Guid Id => Body.GetProperty("id").GetGuid();

    /// <summary>The elements of an array field.</summary>
    public IEnumerable<JsonElement> Items(string field) => Body.GetProperty(field).EnumerateArray();

    /// <summary>Reads an answer to its end.</summary>
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

    /// <summary>A text field, or null.</summary>
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
