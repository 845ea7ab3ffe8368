using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing.Database;

namespace ImageHub.Testing.RateLimits;

/// <summary>A Redis server that a test can kill, freeze and restart at the same address.</summary>
/// <param name="watched">The server that this one watches as a sentinel, with the name <c>main</c>; null if this one is no sentinel.</param>
public sealed class RedisServer(RedisServer? watched = null) : IAsyncDisposable
{
    /// <summary>The password that clients must send.</summary>
    public const string Password = "redis-walnut-drawer-51c7";

    private readonly string folder = TemporaryFolders.Create();
    private int port = FreePort.Find();
    private Process? process;

    /// <summary>The value of the setting <c>RateLimits:Redis</c>.</summary>
    public string Address => $"127.0.0.1:{port},password={Password}{(watched is null ? "" : ",serviceName=main")}";

    /// <summary>Starts an empty server and waits until it accepts connections. A restart uses the same port.</summary>
    public async Task StartAsync()
    {
        // Another process may have taken the port since it was found.
        for (var tries = process is null ? 5 : 1; !await TryStartAsync(); tries--)
        {
            if (tries == 1)
            {
                throw new InvalidOperationException("redis-server ended instead of starting.");
            }

            port = FreePort.Find();
        }
    }

    /// <summary>Kills the server, like a power cut.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
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

    /// <returns>True if the server accepts connections; false if it has ended.</returns>
    private async Task<bool> TryStartAsync()
    {
        process?.Dispose();
        string[] options = ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--requirepass", Password, "--dir", folder];
        options = watched is null ? [.. options, "--save", "", "--appendonly", "no"] : [await WriteSentinelAsync(watched), .. options, "--sentinel"];
        process = new Process { StartInfo = new ProcessStartInfo("redis-server", options) { RedirectStandardOutput = true, UseShellExecute = false } };
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("The tests of shared rate limits need redis-server: install Debian's package redis-server, or run ./test.sh.", exception);
        }

        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(watched is null ? "Ready to accept connections" : "+monitor master main", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes the configuration of a sentinel, which it changes itself.</summary>
    private async Task<string> WriteSentinelAsync(RedisServer primary)
    {
        var path = Path.Combine(folder, "sentinel.conf");
        await File.WriteAllTextAsync(path, string.Create(CultureInfo.InvariantCulture, $"sentinel monitor main 127.0.0.1 {primary.port} 1\nsentinel auth-pass main {Password}\n"));
        return path;
    }
}
