using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace ImageHub.Soak;

/// <summary>The answers of one phase, by kind of request: statuses, durations, and findings, which a server must not cause even under load.</summary>
internal sealed partial class Answers
{
    private const int MaxFindings = 50;

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, Durations> durations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, SortedDictionary<int, long>> statuses = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> findings = new(StringComparer.Ordinal);

    /// <summary>The findings, each with the number of its occurrences.</summary>
    public IReadOnlyList<string> Findings
    {
        get
        {
            lock (gate)
            {
                return [.. findings.Select(finding => $"{finding.Value} × {finding.Key}")];
            }
        }
    }

    /// <summary>The durations of successful requests of a kind.</summary>
    public Durations this[string kind]
    {
        get
        {
            lock (gate)
            {
                return durations.TryGetValue(kind, out var found) ? found : durations[kind] = new Durations();
            }
        }
    }

    /// <summary>The share of answers to requests of a kind that have an error status; 1 if there were no answers.</summary>
    public double FindShareRefused(string kind)
    {
        lock (gate)
        {
            return statuses.TryGetValue(kind, out var counts) ? 1 - ((double)counts.Where(pair => pair.Key < 400).Sum(pair => pair.Value) / counts.Values.Sum()) : 1;
        }
    }

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="kind">The kind of request.</param>
    /// <param name="send">Sends the request.</param>
    /// <param name="expected">
    /// The expected statuses besides success, 429, 503 and 408. The server sends 408 to a client that gets no processor time for seconds.
    /// </param>
    /// <returns>The status and the body.</returns>
    public async Task<Answer> AskAsync(string kind, Func<Task<HttpResponseMessage>> send, params HttpStatusCode[] expected)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var response = await send();
            var body = await response.Content.ReadAsByteArrayAsync();
            Count(kind, response, body, Stopwatch.GetElapsedTime(begun), expected);
            return new Answer(response.StatusCode, body);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            AddFinding($"{kind}: no answer: {exception.Message}");
            return Answer.Lost;
        }
    }

    /// <summary>Adds a finding.</summary>
    public void AddFinding(string finding)
    {
        lock (gate)
        {
            var general = Identifier().Replace(finding, "…");
            if (findings.Count < MaxFindings || findings.ContainsKey(general))
            {
                findings[general] = findings.GetValueOrDefault(general) + 1;
            }
        }
    }

    /// <summary>Writes a line for each kind.</summary>
    public void Write(TextWriter output)
    {
        lock (gate)
        {
            foreach (var (kind, counts) in statuses)
            {
                var times = durations.TryGetValue(kind, out var found) ? found.ToString() : "";
                output.WriteLine($"  {kind,-14} {string.Join(", ", counts.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value:N0}"))),-50} {times}");
            }
        }
    }

    private void Count(string kind, HttpResponseMessage response, byte[] body, TimeSpan time, HttpStatusCode[] expected)
    {
        var status = (int)response.StatusCode;
        lock (gate)
        {
            if (!statuses.TryGetValue(kind, out var counts))
            {
                statuses[kind] = counts = [];
            }

            counts[status] = counts.GetValueOrDefault(status) + 1;
        }

        if (status < 400)
        {
            this[kind].Add(time);
        }
        else if (status is 429 or 503 ? response.Headers.RetryAfter is null : status != (int)HttpStatusCode.RequestTimeout && !expected.Contains(response.StatusCode))
        {
            AddFinding($"{kind}: {response.RequestMessage!.Method} {response.RequestMessage.RequestUri!.AbsolutePath}: {status} {System.Text.Encoding.UTF8.GetString(body)}");
        }
    }

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}|soak-[0-9]+|\"requestId\":\"[^\"]*\"|shared/[A-Za-z0-9_-]+|[0-9]{4,}", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Identifier();
}

/// <summary>An answer that was read completely.</summary>
/// <param name="Status">The status; null if the connection broke.</param>
/// <param name="Body">The body.</param>
internal sealed record Answer(HttpStatusCode? Status, byte[] Body)
{
    public static readonly Answer Lost = new(null, []);

    public bool IsSuccess => (int?)Status is >= 200 and < 300;
}
