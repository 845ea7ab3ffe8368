using System.Diagnostics;
using System.Globalization;
using ImageHub.Testing;

namespace ImageHub.Benchmarks;

/// <summary>An nginx configured to serve a folder as fast as possible. At <c>/width/{width}/{photo}</c>, it resizes the photo to that width.</summary>
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
            load_module /usr/lib/nginx/modules/ngx_http_image_filter_module.so;
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
              server {
                listen 127.0.0.1:{{port}};
                root {{folder}};
                location ~ ^/width/(?<width>[0-9]+)/(?<photo>[^/]+)$ {
                  image_filter resize $width -;
                  image_filter_buffer 32M;
                  image_filter_jpeg_quality 80;
                  try_files /$photo =404;
                }
              }
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
