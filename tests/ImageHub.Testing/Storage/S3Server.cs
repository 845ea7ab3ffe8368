using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing.Database;
using Xunit;

namespace ImageHub.Testing.Storage;

/// <summary>An S3 server with a bucket that is empty at first, which a test may kill, freeze and start again at the same address.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private readonly string folder = TemporaryFolders.Create();
    private string port = "0";
    private Process? process;

    /// <summary>How long it waits before each answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The settings of an application that keeps its objects here.</summary>
    public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal)
    {
        ["Storage:Provider"] = "S3",
        ["Storage:S3:Bucket"] = "imagehub",
        ["Storage:S3:AccessKey"] = "S3RVER",
        ["Storage:S3:SecretKey"] = "S3RVER",
    };

    public async ValueTask InitializeAsync()
    {
        process?.Dispose();
        process = NodeTools.Start(["s3.mjs", folder, port, Latency.TotalMilliseconds.ToString(CultureInfo.InvariantCulture)]);
        port = await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException($"The S3 server did not start: {await process.StandardError.ReadToEndAsync()}");
        Settings["Storage:S3:ServiceUrl"] = $"http://127.0.0.1:{port}";
    }

    /// <summary>Ends the server as a crash would.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Stops it without closing its connections, as a machine that hangs.</summary>
    public Task FreezeAsync() => ProcessSignals.SendAsync("STOP", process!.Id);

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => ProcessSignals.SendAsync("CONT", process!.Id);

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        process?.Dispose();

        Directory.Delete(folder, recursive: true);
    }
}
