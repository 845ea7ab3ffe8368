using System.Diagnostics;
using ImageHub.Testing.Database;
using Xunit;

namespace ImageHub.Testing.Storage;

/// <summary>An S3 server with an empty bucket, as long as a test class needs it.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private readonly string folder = TemporaryFolders.Create();
    private Process? process;

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
        process = NodeTools.Start("s3.mjs", folder);
        var port = await process.StandardOutput.ReadLineAsync();
        if (port is null)
        {
            throw new InvalidOperationException($"The S3 server did not start: {await process.StandardError.ReadToEndAsync()}");
        }

        Settings["Storage:S3:ServiceUrl"] = $"http://127.0.0.1:{port}";
    }

    /// <summary>Ends the server as a crash would.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            await KillAsync();
            process.Dispose();
        }

        Directory.Delete(folder, recursive: true);
    }
}
