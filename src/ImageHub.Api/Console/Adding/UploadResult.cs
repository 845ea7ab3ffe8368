using System.Globalization;

namespace ImageHub.Api.Console.Adding;

/// <summary>The result of a file.</summary>
internal enum OutcomeKind
{
    /// <summary>The file is in its group now.</summary>
    Uploaded,

    /// <summary>The file needed no upload.</summary>
    Skipped,

    /// <summary>The file is not in its group.</summary>
    Failed,
}

/// <summary>The result for one file.</summary>
/// <param name="Kind">The kind of result.</param>
/// <param name="File">The file.</param>
/// <param name="Reason">The reason why the file was not uploaded; empty for an uploaded file.</param>
internal sealed record Outcome(OutcomeKind Kind, LocalFile File, string Reason)
{
    /// <summary>Whether the same file would fail again.</summary>
    public bool IsFinal { get; init; }

    /// <summary>The image on the server, if known.</summary>
    public Guid? ImageId { get; init; }

    public static Outcome Uploaded(LocalFile file, Guid imageId) => new(OutcomeKind.Uploaded, file, "") { ImageId = imageId };

    public static Outcome Skipped(LocalFile file, string reason, Guid? imageId = null) => new(OutcomeKind.Skipped, file, reason) { ImageId = imageId };

    public static Outcome Failed(LocalFile file, string reason) => new(OutcomeKind.Failed, file, reason);

    public static Outcome Refused(LocalFile file, string reason) => new(OutcomeKind.Failed, file, reason) { IsFinal = true };
}

/// <summary>The results for all files.</summary>
/// <param name="Uploaded">The number of uploaded files.</param>
/// <param name="Skipped">The files that needed no upload.</param>
/// <param name="Failed">The files that are not in their groups.</param>
/// <param name="NotSent">The number of files not sent because the upload stopped early.</param>
internal sealed record UploadResult(int Uploaded, IReadOnlyList<Outcome> Skipped, IReadOnlyList<Outcome> Failed, int NotSent)
{
    private const int NamesShown = 3;

    /// <summary>The reason why the upload stopped early, or null.</summary>
    public string? Broken { get; init; }

    /// <summary>The number of photos whose fields were replaced from sidecars.</summary>
    public int Described { get; init; }

    /// <summary>The number of photos already on the server whose missing fields were filled in from sidecars.</summary>
    public int Completed { get; init; }

    /// <summary>Writes the summary. The counts come last, next to the prompt.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="logPath">The file that receives a line for each file that was not uploaded: time, result, path and reason, separated by tabs. Null for none.</param>
    /// <param name="reported">The results of earlier attempts, whose lines are not repeated; receives the new results.</param>
    public async Task WriteAsync(Terminal terminal, string? logPath, HashSet<(FileState File, string Reason)> reported)
    {
        var failed = Failed.Where(outcome => reported.Add((outcome.File.State, outcome.Reason))).ToList();
        foreach (var outcome in failed)
        {
            await WriteAsync($"failed   {outcome.File.Shown}: {outcome.Reason}");
        }

        if (logPath is not null)
        {
            await WriteLogAsync(logPath, failed.Concat(Skipped), terminal);
        }

        foreach (var alike in Skipped.GroupBy(outcome => outcome.Reason, StringComparer.Ordinal))
        {
            var names = string.Join(", ", alike.Take(NamesShown).Select(outcome => outcome.File.Shown)) + (alike.Skip(NamesShown).Any() ? ", …" : "");
            await WriteAsync($"skipped  {alike.Count()}, {alike.Key}: {names}");
        }

        if (Described > 0)
        {
            await WriteAsync($"applied  {Described} sidecars");
        }

        if (Completed > 0)
        {
            await WriteAsync($"applied  {Completed} sidecars of photos that were there already, to fields without a value");
        }

        if (Broken is not null)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(Broken));
        }

        if (NotSent > 0)
        {
            await WriteAsync($"Stopped early: {NotSent} not sent. Run the command again to continue.");
        }

        await WriteAsync($"{Uploaded} uploaded, {Skipped.Count} skipped, {Failed.Count} failed");

        Task WriteAsync(string line) => terminal.Output.WriteLineAsync(Terminal.Printable(line));
    }

    private static async Task WriteLogAsync(string path, IEnumerable<Outcome> outcomes, Terminal terminal)
    {
        var now = DateTimeOffset.UtcNow.ToString("u", CultureInfo.InvariantCulture);
        var lines = outcomes.Select(outcome =>
            $"{now}\t{(outcome.Kind == OutcomeKind.Failed ? "failed" : "skipped")}\t{Terminal.Printable(outcome.File.Path)}\t{Terminal.Printable(outcome.Reason)}");
        try
        {
            await File.AppendAllLinesAsync(path, lines);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable($"The log '{path}' cannot be written: {refused.Message}"));
        }
    }
}
