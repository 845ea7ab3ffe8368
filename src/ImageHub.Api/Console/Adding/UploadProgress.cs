using Spectre.Console;

namespace ImageHub.Api.Console.Adding;

/// <summary>Shows the progress of an upload: a bar at a terminal, otherwise a line every 10 %.</summary>
internal static class UploadProgress
{
    /// <summary>Runs an upload and shows its progress.</summary>
    /// <param name="terminal">The terminal.</param>
    /// <param name="groups">The groups to upload.</param>
    /// <param name="upload">The upload; it reports every finished file.</param>
    public static Task ShowAsync(Terminal terminal, IReadOnlyList<PlannedGroup> groups, Func<Action<Outcome>, Task> upload)
    {
        var files = groups.SelectMany(group => group.Files).ToList();
        return terminal.Live switch
        {
            _ when files.Count == 0 => upload(_ => { }),
            { } live => ShowBarAsync(live, files, upload),
            _ => ShowLinesAsync(terminal.Output, files.Count, upload),
        };
    }

    /// <summary>Shows a bar of bytes with their rate and the remaining time.</summary>
    private static Task ShowBarAsync(IAnsiConsole live, List<LocalFile> files, Func<Action<Outcome>, Task> upload) =>
        live.Progress()
            .Columns(
                new SpinnerColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bytes = files.ToDictionary(file => file, Weight);
                var bar = context.AddTask($"0 of {files.Count}", maxValue: bytes.Values.Sum());
                var (done, failed) = (0, 0);
                await upload(outcome =>
                {
                    lock (bar)
                    {
                        done++;
                        failed += outcome.Kind == OutcomeKind.Failed ? 1 : 0;
                        bar.Description = failed == 0 ? $"{done} of {files.Count}" : $"{done} of {files.Count}, {failed} failed";
                        bar.Increment(bytes[outcome.File]);
                    }
                });
                bar.StopTask();
            });

    /// <summary>A file's size, at least 1, so that empty and unreadable files also advance the bar.</summary>
    private static long Weight(LocalFile file) => Math.Max(1, file.State.Bytes);

    private static Task ShowLinesAsync(TextWriter output, int files, Func<Action<Outcome>, Task> upload)
    {
        var turn = new Lock();
        var done = 0;
        return upload(_ =>
        {
            lock (turn)
            {
                var before = done * 10L / files;
                done++;
                if (done * 10L / files > before)
                {
                    output.WriteLine($"{done * 100L / files,3} %  {done} of {files}");
                }
            }
        });
    }
}
