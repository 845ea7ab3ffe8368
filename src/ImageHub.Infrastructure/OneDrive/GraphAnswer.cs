using System.Net;
using System.Text.Json;
using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.OneDrive;

/// <summary>Interprets Graph's responses and connection failures.</summary>
internal static class GraphAnswer
{
    private const int MaxReason = 300;

    /// <summary>Whether a request failed without a response and was not cancelled by the caller.</summary>
    public static bool IsOutage(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Creates a 503 problem with the time to wait, if known.</summary>
    public static ProblemException Unavailable(string detail, TimeSpan? retryAfter = null) =>
        new(Problems.OneDriveUnavailable, detail) { RetryAfter = retryAfter };

    /// <summary>Reads the time to wait from a response.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage answer, TimeProvider clock) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date > clock.GetUtcNow() ? date - clock.GetUtcNow() : TimeSpan.Zero,
        _ => null,
    };

    /// <summary>Maps an error response to a problem (https://learn.microsoft.com/graph/errors).</summary>
    public static async Task<ProblemException> ReadProblemAsync(HttpResponseMessage answer, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (code, message) = await ReadErrorAsync(answer, cancellationToken);
        return answer.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => ProblemException.NotFound("item"),

            // Graph never issued this id.
            HttpStatusCode.BadRequest when answer.RequestMessage?.Method == HttpMethod.Get => ProblemException.NotFound("item"),
            HttpStatusCode.Conflict when code == "nameAlreadyExists" => new ProblemException(Problems.DuplicateFileName, "The folder has an item of that name; choose another name."),
            HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError and not HttpStatusCode.InsufficientStorage =>
                Unavailable($"OneDrive asks to wait: {message}", RetryAfter(answer, clock)),
            _ => new ProblemException(Problems.OneDriveRefused, $"OneDrive refuses this: {message}"),
        };
    }

    private static async Task<(string Code, string Message)> ReadErrorAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = $"status {(int)answer.StatusCode}";
        try
        {
            var body = await JsonSerializer.DeserializeAsync<JsonElement>(await answer.Content.ReadAsStreamAsync(cancellationToken), cancellationToken: cancellationToken);
            var error = body.GetProperty("error");
            var (code, message) = (error.GetProperty("code").GetString() ?? "", error.GetProperty("message").GetString() ?? "");
            return (code, $"{status}, {code}: {message[..Math.Min(message.Length, MaxReason)]}");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // The error does not come from Graph, but possibly from a proxy.
            return ("", status);
        }
    }
}
