using Spectre.Console;

namespace ImageHub.Api.Console.Adding;

/// <summary>Shows how far an upload is: a bar at a terminal, elsewhere a line every tenth.</summary>
internal static class UploadProgress
{
    /// <summary>Runs an upload and shows it.</summary>
    /// <param name="terminal">Where.</param>
    /// <param name="files">How many files there are.</param>
    /// <param name="upload">The upload; it reports every file.</param>
    public static Task ShowAsync(Terminal terminal, int files, Func<Action<Outcome>, Task> upload) => terminal.Live switch
    {
        _ when files == 0 => upload(_ => { }),
        { } live => ShowBarAsync(live, files, upload),
        _ => ShowLinesAsync(terminal.Output, files, upload),
    };

    private static Task ShowBarAsync(IAnsiConsole live, int files, Func<Action<Outcome>, Task> upload) =>
        live.Progress()
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask($"0 of {files}", maxValue: files);
                var (done, failed) = (0, 0);
                await upload(outcome =>
                {
                    lock (bar)
                    {
                        done++;
                        failed += outcome.Kind == OutcomeKind.Failed ? 1 : 0;
                        bar.Description = failed == 0 ? $"{done} of {files}" : $"{done} of {files}, {failed} failed";
                        bar.Increment(1);
                    }
                });
                bar.StopTask();
            });

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
