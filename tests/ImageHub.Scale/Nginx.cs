using System.Globalization;
using System.Net.Sockets;
using ImageHub.Testing;

namespace ImageHub.Scale;

/// <summary>An nginx whose configuration can be replaced while it runs.</summary>
internal sealed class Nginx(string folder) : IAsyncDisposable
{
    private Daemon? process;

    /// <summary>The header in which the front nginx names the answering instance.</summary>
    public const string AnsweredBy = "X-Answered-By";

    /// <summary>
    /// The configuration of the front nginx, <c>ops/nginx-scale.conf</c>: round robin without stickiness. If an instance does not accept a request, nginx sends
    /// the request to the next instance, and leaves the first one out for two seconds.
    /// </summary>
    public static async Task<string> FrontAsync(IEnumerable<int> instances)
    {
        const string Server = "server app:8080 resolve", Resolver = "    resolver 127.0.0.11 valid=2s;\n", Listen = "listen 8080;";
        var shipped = await File.ReadAllTextAsync(Repository.PathOf("ops", "nginx-scale.conf"));
        var line = shipped.Split('\n').Single(line => line.Contains(Server, StringComparison.Ordinal));
        var servers = instances.Select(port => line.Replace(Server, string.Create(CultureInfo.InvariantCulture, $"server 127.0.0.1:{port}"), StringComparison.Ordinal));
        return shipped
            .Replace(Resolver, "", StringComparison.Ordinal)
            .Replace(line, string.Join('\n', servers), StringComparison.Ordinal)
            .Replace(Listen, string.Create(CultureInfo.InvariantCulture, $"listen 127.0.0.1:{Ports.Front}; add_header {AnsweredBy} $upstream_addr always;"), StringComparison.Ordinal);
    }

    /// <summary>The configuration of the nginx between the instances and the store.</summary>
    public static string StoreGate(StoreState state) => $$"""
        limit_req_zone $server_port zone=slow:1m rate=10r/s;
        server {
            listen 127.0.0.1:{{Ports.StoreGate}};
            client_max_body_size 0;
            location / {
                {{state switch
                {
                    StoreState.Unavailable => "return 503;",

                    // Requests wait for their turn, and answers trickle.
                    StoreState.Slow => "limit_req zone=slow burst=10000; limit_rate 100k;",
                    _ => "",
                }}}
                proxy_pass http://127.0.0.1:{{Ports.Store}};
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $http_host;
                proxy_max_temp_file_size 0;
            }
        }
        """;

    /// <summary>Starts nginx and waits until it accepts connections.</summary>
    public async Task StartAsync(string servers, int port)
    {
        Directory.CreateDirectory(folder);
        await WriteAsync(servers);
        process = new Daemon($"{folder}.log", Programs.Nginx, "-p", folder, "-c", Configuration, "-e", "stderr");
        await Programs.UntilAsync($"nginx listens on {port}", async () =>
        {
            using var client = new TcpClient();
            try
            {
                await client.ConnectAsync("127.0.0.1", port);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    /// <summary>Replaces the configuration. Requests in progress keep the former one.</summary>
    public async Task ReplaceAsync(string servers)
    {
        await WriteAsync(servers);
        await Programs.RunAsync(Programs.Nginx, "-t", "-q", "-p", folder, "-c", Configuration, "-e", "stderr");
        await ProcessSignals.SendAsync("HUP", process!.Id);
    }

    public ValueTask DisposeAsync() => process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private string Configuration => Path.Combine(folder, "nginx.conf");

    private Task WriteAsync(string servers) => File.WriteAllTextAsync(Configuration, $$"""
        worker_processes 1;
        daemon off;
        pid {{folder}}/nginx.pid;
        events { worker_connections 1024; }
        http {
            access_log off;
            {{string.Join(' ', ((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {folder}/{kind};"))}}
            {{servers}}
        }
        """);
}

/// <summary>How the S3 store answers.</summary>
internal enum StoreState
{
    /// <summary>As radosgw does.</summary>
    Well,

    /// <summary>Every answer is 503.</summary>
    Unavailable,

    /// <summary>All instances together get ten answers a second, and each answer has 100 kB/s.</summary>
    Slow,
}
