using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing;

namespace ImageHub.Benchmarks;

/// <summary>An nginx configured to serve a folder as fast as possible.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly Process process;

    private readonly string folder;

    private Nginx(Process process, string folder, Uri url) => (this.process, this.folder, Url) = (process, folder, url);

    public Uri Url { get; }

    /// <summary>Starts nginx on a folder that everyone may read; disposal deletes the folder.</summary>
    public static async Task<Nginx> StartAsync(string folder)
    {
        var port = FreePort.Find();
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            worker_processes auto;
            daemon off;
            pid {{folder}}/nginx.pid;
            error_log stderr crit;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              open_file_cache max=100;
              keepalive_requests 100000000;
              types { image/jpeg jpg; }
              server { listen 127.0.0.1:{{port}}; root {{folder}}; }
            }
            """));
        var started = Process.Start(new ProcessStartInfo("nginx", ["-p", folder, "-c", configuration]) { UseShellExecute = false })!;
        return new Nginx(started, folder, new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")));
    }

    public void Dispose()
    {
        // SIGKILL would leave the worker processes running.
        ProcessSignals.SendAsync("TERM", process.Id).GetAwaiter().GetResult();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
