using System.Net;
using ImageHub.Testing;

namespace ImageHub.Mutations.Uploads;

/// <summary>The real program in a separate process, whose memory is measured every 200 ms.</summary>
internal sealed class HostedServer : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private static readonly string[] Errors = ["fail: ", "crit: ", "Unhandled exception", "ended with exit code 1."];

    private readonly ImageHubProcess process = new() { IsFirstStart = true };
    private readonly CancellationTokenSource ended = new();
    private Task measuring = Task.CompletedTask;
    private long peak;
    private int readLength;

    private HostedServer()
    {
    }

    /// <summary>A client signed in as the admin.</summary>
    public HttpClient Admin { get; private set; } = null!;

    /// <summary>Whether the program has ended.</summary>
    public bool HasExited => process.HasExited;

    public static async Task<HostedServer> StartAsync()
    {
        var server = new HostedServer();

        // The files of a sitting would exceed the upload limit of one account.
        server.process.Environment["Throttles__Uploads__Burst"] = "10000000";
        server.process.Environment["Throttles__Uploads__PerMinute"] = "10000000";
        server.process.Environment["Logging__LogLevel__Default"] = "Warning";
        server.Admin = await server.process.StartAndSignInAsync();
        server.measuring = server.MeasureAsync();
        return server;
    }

    /// <summary>Signs in again, because a sitting is longer than a session.</summary>
    public Task RenewSessionAsync() => ImageHubProcess.SignInAsync(Admin);

    /// <summary>The largest resident memory of the program and its workers since the last call, without PostgreSQL, in bytes.</summary>
    public long TakePeakBytes() => Interlocked.Exchange(ref peak, 0);

    /// <summary>Reads the log since the last call.</summary>
    /// <returns>
    /// Errors, and the number of render workers that a decoder has crashed. Exit code 1 of a worker is an error: ImageHub's own code threw an exception.
    /// </returns>
    public (IReadOnlyList<string> Errors, int Crashes) TakeLog()
    {
        var output = process.Output;
        var lines = output[readLength..].Split('\n');
        readLength = output.Length;
        var errors = lines.Where(line => Array.Exists(Errors, text => line.Contains(text, StringComparison.Ordinal))).ToList();
        return (errors, lines.Except(errors, StringComparer.Ordinal).Count(line => line.Contains("A render worker crashed", StringComparison.Ordinal)));
    }

    /// <summary>Deletes a group with its images for good, so that the disk does not fill.</summary>
    public async Task EmptyAsync(Guid group)
    {
        await Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await measuring;
        ended.Dispose();
        Admin.Dispose();
        await process.DisposeAsync();
    }

    private async Task MeasureAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
            {
                Volatile.Write(ref peak, Math.Max(peak, process.ResidentBytes()));
            }
        }
        catch (OperationCanceledException)
        {
            // The sitting has ended.
        }
    }
}
