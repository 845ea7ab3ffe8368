using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ImageHub.Testing.Database;

/// <summary>
/// A PostgreSQL in a container of docker or podman. It ends with the process that started it, however that ends: the server
/// in the container stops when its standard input does, and the engine then removes the container with its data.
/// </summary>
internal sealed class PostgresContainer : IAsyncDisposable
{
    private const string Image = "docker.io/library/postgres:18";

    // The image's own command, after a background process that waits for the end of the input. It repeats the signal, which is
    // lost on the shell that prepares the cluster. (A shell gives background processes no other input than one by a number.)
    private const string EndWithInput = "exec 3<&0; { cat <&3; while kill -QUIT 1; do sleep 1; done; } >/dev/null 2>&1 & exec docker-entrypoint.sh postgres \"$@\"";

    private static readonly string[] Engines = ["docker", "podman"];

    // Nothing is kept, so nothing waits for the disk; every test class has connections of its own.
    private static readonly string[] Settings = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly StringBuilder output = new();
    private readonly string password = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly int port = FreePort.Find();
    private Process? process;

    /// <summary>How to connect to a database of the server as its superuser; the database need not exist yet.</summary>
    public string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port,
        Username = "postgres",
        Password = password,
        Database = database,
        MaxPoolSize = 40,
    }.ConnectionString;

    /// <summary>Starts a container, pulling its image where it is missing, and waits until the server takes connections.</summary>
    /// <exception cref="InvalidOperationException">No engine works, or the container ended; the message holds its output.</exception>
    /// <exception cref="OperationCanceledException">It did not start within five minutes.</exception>
    public async Task StartAsync()
    {
        // The server itself gets the free port, and not only the engine: in the network of the host it is the only one there is.
        var number = port.ToString(CultureInfo.InvariantCulture);
        string[] arguments =
        [
            "run", "--rm", "--interactive", "--publish", $"127.0.0.1:{number}:{number}", "--env", "POSTGRES_PASSWORD", "--entrypoint", "sh", Image,
            "-c", EndWithInput, "sh", "-c", $"port={number}", .. Settings.SelectMany(setting => new[] { "-c", setting }),
        ];
        process = new Process
        {
            StartInfo = new ProcessStartInfo(await FindEngineAsync(), arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false },
        };
        process.StartInfo.Environment["POSTGRES_PASSWORD"] = password;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await ReadyAsync(process);

        void Keep(object sender, DataReceivedEventArgs received)
        {
            lock (output)
            {
                output.AppendLine(received.Data);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    /// <summary>Waits until the server answers: while the image prepares the cluster, it takes no connections from outside.</summary>
    private async Task ReadyAsync(Process running)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
                await connection.OpenAsync(patience.Token);
                return;
            }
            catch (NpgsqlException) when (!running.HasExited)
            {
                await Task.Delay(50, patience.Token);
            }
            catch (NpgsqlException failure)
            {
                await running.WaitForExitAsync();
                throw new InvalidOperationException($"The container of {Image} ended instead of starting: {output}", failure);
            }
        }
    }

    /// <summary>The first engine that works: docker's command may be there without its service.</summary>
    private static async Task<string> FindEngineAsync()
    {
        var problems = new List<string>();
        foreach (var engine in Engines)
        {
            try
            {
                using var version = Process.Start(new ProcessStartInfo(engine, ["version"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
                var (output, error) = (version.StandardOutput.ReadToEndAsync(), version.StandardError.ReadToEndAsync());
                await version.WaitForExitAsync();
                await output;
                if (version.ExitCode == 0)
                {
                    return engine;
                }

                problems.Add($"\"{engine} version\": {(await error).Trim()}");
            }
            catch (Win32Exception missing)
            {
                problems.Add($"{engine}: {missing.Message}");
            }
        }

        throw new InvalidOperationException($"Neither docker nor podman works; install one of them, such as Debian's package podman. {string.Join(' ', problems)}");
    }
}
