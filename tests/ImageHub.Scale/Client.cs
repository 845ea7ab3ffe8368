using System.Diagnostics;
using System.Net;

namespace ImageHub.Scale;

/// <summary>One kind of answer that a client may get.</summary>
internal enum Outcome
{
    /// <summary>The expected response.</summary>
    Good,

    /// <summary>503 with <c>Retry-After</c> from an instance, or an answer to a batch that asks to send every file again.</summary>
    Refused,

    /// <summary>An error of nginx, or a connection that broke.</summary>
    Broken,

    /// <summary>Any other answer, which no instance may give.</summary>
    Wrong,
}

/// <summary>The counts of one group of clients during one phase.</summary>
/// <param name="isOfUploads">Whether only acknowledged files count as success, in <see cref="LongestGap"/> and <see cref="Recovery"/>.</param>
internal sealed class Counts(bool isOfUploads)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Outcome, int> answers = [];
    private readonly Dictionary<string, int> instances = new(StringComparer.Ordinal);
    private readonly List<string> wrong = [];
    private long mark = long.MaxValue;

    public int Requests => answers.Values.Sum();

    /// <summary>Good answers marked as stale.</summary>
    public int Stale { get; private set; }

    /// <summary>Files that an instance has acknowledged.</summary>
    public int Files { get; private set; }

    /// <summary>The longest time in which one client had no success.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>The time from <see cref="Mark"/> to the first success of a request that began later.</summary>
    public TimeSpan? Recovery { get; private set; }

    /// <summary>Descriptions of wrong answers.</summary>
    public IReadOnlyList<string> Wrong => wrong;

    public int this[Outcome outcome] => answers.GetValueOrDefault(outcome);

    /// <summary>The number of answers by the instance at this address.</summary>
    public int By(string address) => instances.GetValueOrDefault(address);

    /// <summary>Notes the moment from which <see cref="Recovery"/> counts.</summary>
    public void Mark() => Volatile.Write(ref mark, Stopwatch.GetTimestamp());

    /// <summary>Counts an answer.</summary>
    /// <param name="outcome">The kind of answer.</param>
    /// <param name="begun">When the request was sent, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="isStale">Whether the answer is marked as stale.</param>
    /// <param name="files">The number of files that the answer acknowledges.</param>
    /// <param name="instance">The address of the answering instance, or null.</param>
    /// <param name="description">The answer in words, if it is wrong.</param>
    /// <returns>Whether the client succeeded.</returns>
    public bool Add(Outcome outcome, long begun, bool isStale, int files, string? instance, string description)
    {
        lock (gate)
        {
            answers[outcome] = answers.GetValueOrDefault(outcome) + 1;
            if (instance is not null)
            {
                instances[instance] = instances.GetValueOrDefault(instance) + 1;
            }

            if (outcome == Outcome.Wrong)
            {
                wrong.Add(description);
            }

            Stale += isStale ? 1 : 0;
            Files += files;
            var isSuccess = outcome == Outcome.Good && (files > 0 || !isOfUploads);
            if (isSuccess && begun > Volatile.Read(ref mark))
            {
                Recovery ??= Stopwatch.GetElapsedTime(mark);
            }

            return isSuccess;
        }
    }

    /// <summary>Includes the time since a client's last success in <see cref="LongestGap"/>.</summary>
    public void AddGap(long lastSuccess)
    {
        lock (gate)
        {
            var gap = Stopwatch.GetElapsedTime(lastSuccess);
            LongestGap = gap > LongestGap ? gap : LongestGap;
        }
    }
}

/// <summary>A visitor or an uploader: sends requests through nginx, and counts the answers in the current phase.</summary>
internal abstract class Client(HttpClient http, Func<Counts> phase)
{
    /// <summary>The header of every answer by an instance.</summary>
    private const string RequestId = "X-Request-Id";

    protected HttpClient Http => http;

    /// <summary>When the client last succeeded, in ticks of <see cref="Stopwatch"/>.</summary>
    public long LastSuccess { get; private set; } = Stopwatch.GetTimestamp();

    public abstract Task RunAsync(CancellationToken end);

    /// <summary>Sends a request, and counts its answer.</summary>
    /// <param name="send">Sends the request.</param>
    /// <param name="read">Judges an answer with the status 422 or a success status, and counts the acknowledged files in it.</param>
    /// <returns>Whether the answer was good.</returns>
    protected async Task<bool> AskAsync(Func<Task<HttpResponseMessage>> send, Func<HttpResponseMessage, Task<(Outcome Outcome, int Files)>> read)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            using var answer = await send();
            var instance = answer.Headers.Contains(RequestId) ? answer.Headers.GetValues(Nginx.AnsweredBy).Single().Split(',')[^1].Trim() : null;
            var (outcome, files) = answer switch
            {
                { IsSuccessStatusCode: true } or { StatusCode: HttpStatusCode.UnprocessableEntity } => await read(answer),
                _ when instance is null => (Outcome.Broken, 0),
                { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter: not null } => (Outcome.Refused, 0),
                _ => (Outcome.Wrong, 0),
            };
            var description = outcome == Outcome.Wrong ? $"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.PathAndQuery}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}" : "";
            Count(outcome, begun, answer.Headers.Contains("X-ImageHub-Stale"), files, instance, description);
            return outcome == Outcome.Good;
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            Count(Outcome.Broken, begun, isStale: false, files: 0, instance: null, exception.Message);
            return false;
        }
    }

    private void Count(Outcome outcome, long begun, bool isStale, int files, string? instance, string description)
    {
        var counts = phase();
        if (counts.Add(outcome, begun, isStale, files, instance, description))
        {
            counts.AddGap(LastSuccess);
            LastSuccess = Stopwatch.GetTimestamp();
        }
    }
}
