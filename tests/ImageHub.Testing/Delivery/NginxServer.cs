using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ImageHub.Testing.Database;

namespace ImageHub.Testing.Delivery;

/// <summary>An nginx in front of a server, with the locations from docs/operations.md: one for all requests, and one for objects.</summary>
public sealed partial class NginxServer : IAsyncDisposable
{
    /// <summary>The path of Debian's nginx. Its folder is not in every account's <c>PATH</c>.</summary>
    private const string Installed = "/usr/sbin/nginx";

    private readonly string folder = TemporaryFolders.Create();
    private readonly int port = FreePort.Find();
    private Process? process;

    public Uri Url => new($"http://127.0.0.1:{port}");

    /// <summary>Starts nginx and waits until it accepts connections.</summary>
    /// <param name="server">The server's address.</param>
    /// <param name="dataDirectory">The server's data directory.</param>
    public async Task StartAsync(Uri server, string dataDirectory)
    {
        var blocks = Blocks().Matches(await File.ReadAllTextAsync(Repository.PathOf("docs", "operations.md"))).Select(block => block.Groups["code"].Value).ToList();
        var all = blocks.Find(block => block.Contains("location / {", StringComparison.Ordinal))!;
        var objects = blocks.Find(block => block.Contains("internal;", StringComparison.Ordinal))!;
        var upstream = all[..all.IndexOf("server {", StringComparison.Ordinal)].Replace("127.0.0.1:5080", server.Authority, StringComparison.Ordinal);
        var locations = (all[all.IndexOf("location / {", StringComparison.Ordinal)..all.LastIndexOf('}')] + objects)
            .Replace("/var/lib/imagehub/objects/", Path.Combine(dataDirectory, "objects/"), StringComparison.Ordinal);

        // As root, nginx runs its worker processes under another account, in the group that the server gives to its objects.
        var user = Environment.UserName == "root" ? "user nobody www-data;" : "";
        var temporary = string.Join(' ', ((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {folder}/{kind};"));
        var configuration = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            {{user}}
            worker_processes auto;
            daemon off;
            pid {{folder}}/nginx.pid;
            events { }
            http {
                access_log off;
                sendfile on;
                tcp_nopush on;
                {{temporary}}
                {{upstream}}
                server {
                    listen 127.0.0.1:{{port}};
                    {{locations}}
                }
            }
            """));
        try
        {
            process = Process.Start(new ProcessStartInfo(File.Exists(Installed) ? Installed : "nginx", ["-p", folder, "-c", configuration, "-e", "stderr"]) { RedirectStandardError = true, UseShellExecute = false })!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("The tests of delivery by nginx need it: install Debian's package nginx-light, or run ./test.sh.", exception);
        }

        while (!await TakesConnectionsAsync())
        {
            if (process.HasExited)
            {
                throw new InvalidOperationException($"nginx ended instead of starting: {await process.StandardError.ReadToEndAsync()}");
            }

            await Task.Delay(20);
        }

        process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        process.BeginErrorReadLine();
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            // SIGKILL would leave the worker processes running.
            await ProcessSignals.SendAsync("TERM", process.Id);
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex("^```nginx\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Blocks();

    private async Task<bool> TakesConnectionsAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(Url.Host, Url.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
