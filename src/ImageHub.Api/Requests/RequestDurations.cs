using System.Diagnostics.Metrics;
using ImageHub.Application.Observability;

namespace ImageHub.Api.Requests;

/// <summary>
/// Measures requests by method, route and status, with the names of OpenTelemetry's conventions. The framework's own meter has twice as many tags, and a
/// second instrument that each request updates twice.
/// </summary>
internal static class RequestDurations
{
    private const string OtherMethod = "_OTHER";
    private const int MaxStatus = 599;

    private static readonly Histogram<double> Durations = Telemetry.CreateDuration(
        "http.server.request.duration", "The time of requests, by method, route and status.", 0.002, 0.01, 0.05, 0.25, 1, 2.5, 10);

    private static readonly object[] Statuses = [.. Enumerable.Range(0, MaxStatus + 1).Cast<object>()];

    /// <summary>The methods that this server knows; clients may send any text as a method.</summary>
    private static readonly HashSet<string> Methods = new(
        ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK"], StringComparer.Ordinal);

    /// <summary>Whether anything reads the durations.</summary>
    public static bool IsEnabled => Durations.Enabled;

    /// <summary>Records a request.</summary>
    /// <param name="method">The method as sent.</param>
    /// <param name="route">The route's template.</param>
    /// <param name="status">The response's status.</param>
    /// <param name="duration">The time of the request.</param>
    public static void Record(string method, string route, int status, TimeSpan duration) => Durations.Record(
        duration.TotalSeconds,
        new("http.request.method", Methods.TryGetValue(method, out var known) ? known : OtherMethod),
        new("http.response.status_code", Statuses[Math.Clamp(status, 0, MaxStatus)]),
        new KeyValuePair<string, object?>("http.route", route));
}
