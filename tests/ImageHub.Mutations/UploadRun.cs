using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ImageHub.Mutations.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Mutations;

namespace ImageHub.Mutations;

/// <summary>
/// Uploads batches of damaged and intact pictures to a server. The server must decide each file in time and store each intact one. Its memory must stay
/// small, and it must log no errors.
/// </summary>
internal sealed class UploadRun(Plan plan, HostedServer server, Findings findings)
{
    /// <summary>The maximum time of a file. The server ends the decoder of a file after 20 s.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(25);

    private const long MaxBytes = 1_200_000_000;

    private static readonly TimeSpan SessionInterval = TimeSpan.FromMinutes(10);

    // An intact file of each format and feature. HEIC is left out, because not every server decodes it.
    private readonly IReadOnlyList<(string Name, byte[] File)> intact = [.. PictureSeeds.Make().Where(picture => !picture.Name.EndsWith(".heic", StringComparison.Ordinal))];

    private readonly IReadOnlyList<(string Extension, Corpus Corpus)> corpora =
    [
        .. PictureSeeds.Make(seed: 1).GroupBy(picture => Path.GetExtension(picture.Name)[1..], StringComparer.Ordinal)
            .Select(format => (format.Key, new Corpus(format.Select(picture => picture.File), plan.FindCorpusFolder(format.Key)))),
    ];

    private readonly HashSet<string> outcomes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> results = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> variants = new(StringComparer.Ordinal);
    private TimeSpan slowest;
    private long mostBytes;

    /// <summary>Makes a sitting.</summary>
    /// <returns>The exit code: 0 if the server handled all files as documented.</returns>
    public static async Task<int> RunAsync(Plan plan, CancellationToken stop)
    {
        TemporaryFolders.Sweep();
        var findings = new Findings(plan.Findings);
        var before = SittingFile.Read<Counts>(plan.State);
        var counts = before;
        await using var server = await HostedServer.StartAsync();
        var run = new UploadRun(plan, server, findings);
        var clock = Stopwatch.StartNew();
        var signedIn = clock.Elapsed;
        for (var number = before.Variants / Batch.Damaged; counts.Variants < before.Variants + plan.Variants && !stop.IsCancellationRequested; number++)
        {
            if (clock.Elapsed - signedIn > SessionInterval)
            {
                signedIn = clock.Elapsed;
                await server.RenewSessionAsync();
            }

            await run.MakeAsync(number);
            counts = run.Save(before);
            Console.WriteLine(FormattableString.Invariant($"{clock.Elapsed.TotalSeconds,7:0.0} s  {counts}"));
            if (server.HasExited)
            {
                break;
            }
        }

        Console.WriteLine(counts);
        return findings.Count == 0 ? 0 : 1;
    }

    private Counts Save(Counts before)
    {
        var counts = before.Add(new Counts
        {
            Variants = variants.Values.Sum(),
            Of = variants,
            Results = results,
            Findings = findings.Count,
            SlowestSeconds = slowest.TotalSeconds,
            MostMegabytes = mostBytes / 1e6,
        });
        if (plan.State is not null)
        {
            SittingFile.Write(plan.State, counts);
        }

        return counts;
    }

    private async Task MakeAsync(long number)
    {
        var batch = Batch.Create(corpora, intact, plan.RandomFor(number));
        foreach (var file in batch.Files.Where(file => !file.IsIntact))
        {
            variants[file.Format] = variants.GetValueOrDefault(file.Format) + 1;
        }

        try
        {
            await SendAsync(batch, number);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or TaskCanceledException)
        {
            Add(batch, server.HasExited ? "exit" : "no answer", $"no answer to batch {number}: {exception.Message}");
        }

        if (server.HasExited)
        {
            Add(batch, "exit", $"the server has ended in batch {number}");
        }

        var bytes = server.TakePeakBytes();
        mostBytes = Math.Max(mostBytes, bytes);
        if (bytes > MaxBytes)
        {
            Add(batch, "memory", FormattableString.Invariant($"the server and its workers had {bytes / 1e6:0} MB in batch {number}"));
        }

        var (errors, crashes) = server.TakeLog();
        results["workers ended by a decoder"] = results.GetValueOrDefault("workers ended by a decoder") + crashes;
        foreach (var error in errors)
        {
            Add(batch, $"log {error[(error.IndexOf(' ', StringComparison.Ordinal) + 1)..]}", $"in batch {number}, the server logged: {error}");
        }
    }

    private async Task SendAsync(Batch batch, long number)
    {
        var group = await server.Admin.CreateGroupAsync($"Batch {number}");
        var clock = Stopwatch.StartNew();
        using var answer = await server.Admin.PostImagesAsync(group, batch.Files.Select(file => (file.FileName, file.Content)));
        var time = clock.Elapsed;
        slowest = time > slowest ? time : slowest;
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.UnprocessableEntity))
        {
            Add(batch, $"status {answer.StatusCode}", $"the answer to batch {number} is {(int)answer.StatusCode}: {text}");
            return;
        }

        var report = new BatchReport(JsonSerializer.Deserialize<JsonElement>(text));
        for (var index = 0; index < batch.Files.Count; index++)
        {
            Check(batch.Files[index], report, index);
        }

        await CheckStoredAsync(batch, report, number);
        if (time > MaxTime)
        {
            await TimeEachAsync(batch);
        }

        await server.EmptyAsync(group);
    }

    private void Check(BatchFile file, BatchReport report, int index)
    {
        var result = report.FindResult(index);
        var name = $"{(file.IsIntact ? "intact" : file.Format)} {result}";
        results[name] = results.GetValueOrDefault(name) + 1;
        if (!report.IsDecided(index))
        {
            findings.Add("upload", result, $"{file.FileName}: {report.FindOutcome(index)}", file.Content);
        }
        else if (file.IsIntact && result != "stored")
        {
            findings.Add("upload", $"intact {file.FileName}", $"{file.FileName} was not stored: {report.FindOutcome(index)}", file.Content);
        }
        else if (!file.IsIntact && outcomes.Add($"{file.Format} {report.FindOutcome(index)}"))
        {
            corpora.First(format => format.Extension == file.Format).Corpus.Add(file.Content);
        }
    }

    /// <summary>Compares the original of one of the stored intact files with the bytes sent.</summary>
    private async Task CheckStoredAsync(Batch batch, BatchReport report, long number)
    {
        var stored = Enumerable.Range(0, batch.Files.Count).Where(index => batch.Files[index].IsIntact && report.FindImage(index) is not null).ToList();
        if (stored.Count > 0)
        {
            var index = stored[(int)(number % stored.Count)];
            var bytes = await server.Admin.GetByteArrayAsync($"/api/v1/images/{report.FindImage(index)}/original");
            if (!bytes.AsSpan().SequenceEqual(batch.Files[index].Content))
            {
                findings.Add("upload", "changed", $"{batch.Files[index].FileName} was stored with other bytes", batch.Files[index].Content);
            }
        }
    }

    /// <summary>Finds the slow files of a slow batch.</summary>
    private async Task TimeEachAsync(Batch batch)
    {
        var group = await server.Admin.CreateGroupAsync("Slow batch");
        foreach (var file in batch.Files)
        {
            var clock = Stopwatch.StartNew();
            (await server.Admin.PutImageAsync(group, file.FileName, file.Content)).Dispose();
            if (clock.Elapsed > MaxTime)
            {
                findings.Add("upload", "time", FormattableString.Invariant($"{file.FileName} took {clock.Elapsed.TotalSeconds:0} s"), file.Content);
            }
        }

        await server.EmptyAsync(group);
    }

    /// <summary>Reports something that any damaged file of a batch may have caused.</summary>
    private void Add(Batch batch, string kind, string text) =>
        findings.Add("upload", kind, text, [.. batch.Files.Where(file => !file.IsIntact).Select(file => file.Content)]);
}
