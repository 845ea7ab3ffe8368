using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing.Database;
using Xunit;

namespace ImageHub.Testing.Storage;

/// <summary>The ways in which an S3 server answers, named as in <c>s3.mjs</c>.</summary>
public enum S3Trouble
{
    /// <summary>Correct answers.</summary>
    None,

    /// <summary>503 <c>SlowDown</c> to every request.</summary>
    Refuses,

    /// <summary>Correct answers after a delay.</summary>
    Slow,

    /// <summary>Objects with wrong bytes.</summary>
    Wrong,

    /// <summary>The right bytes the first time that an object is read, and wrong bytes after that.</summary>
    WrongLater,
}

/// <summary>An S3 server with two initially empty buckets, <c>imagehub</c> and <c>backups</c>, which a test can kill, freeze and restart at the same address.</summary>
public sealed class S3Server : IAsyncLifetime
{
    private readonly string folder = TemporaryFolders.Create();
    private string port = "0";
    private Process? process;

    /// <summary>The folder with the objects as files. A file's time is its object's time.</summary>
    public string Folder => folder;

    /// <summary>The delay before each answer.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>The settings of an application that stores its objects on this server.</summary>
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
        (process, port) = await NodeTools.StartServerAsync("s3.mjs", folder, port, Latency.TotalMilliseconds.ToString(CultureInfo.InvariantCulture));
        Settings["Storage:S3:ServiceUrl"] = $"http://127.0.0.1:{port}";
    }

    /// <summary>Kills the server, like a crash.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Disturbs the server's answers until the next call.</summary>
    public async Task SetTroubleAsync(S3Trouble trouble)
    {
        await process!.StandardInput.WriteLineAsync(trouble.ToString());
        await process.StandardInput.FlushAsync();
        if (await process.StandardOutput.ReadLineAsync() is var answer && answer != trouble.ToString())
        {
            throw new InvalidOperationException($"The S3 server answered '{answer}' to '{trouble}'.");
        }
    }

    /// <summary>Freezes the server without closing its connections, like a machine that hangs.</summary>
    public Task FreezeAsync() => ProcessSignals.SendAsync("STOP", process!.Id);

    /// <summary>Continues the frozen server.</summary>
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
