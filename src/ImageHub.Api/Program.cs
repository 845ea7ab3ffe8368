using ImageHub.Api;
using ImageHub.Api.Console;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Infrastructure.Imaging.Workers;

if (RenderWorker.IsWorkerCommand(args))
{
    return RenderWorker.Run(args);
}

NativeMemory.UseOneArena();
if (CommandLine.IsMeant(args))
{
    using var interruption = new Interruption();
    return await CommandLine.RunAsync(args, Terminal.FromProcess(), interruption.Stop);
}

return await StartUpErrors.ReportAsync(async () =>
{
    EarlyQuery.Begin();
    await using var app = ImageHubApp.Build(args);
    Banner.Announce(app, System.Console.Out);
    var stopping = app.Lifetime.ApplicationStopping;
    try
    {
        await app.RunAsync();
    }
    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
    {
        // The server was stopped during startup.
    }
});
