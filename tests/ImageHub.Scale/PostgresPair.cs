using System.Globalization;
using ImageHub.Testing;
using Npgsql;

namespace ImageHub.Scale;

/// <summary>
/// Debian's PostgreSQL as a primary and a standby that follows it by streaming replication. The primary confirms a commit only after the standby has it on disk
/// (<c>synchronous_standby_names</c>; PostgreSQL documentation, "Synchronous Replication").
/// </summary>
internal sealed class PostgresPair(string folder) : IAsyncDisposable
{
    private const string StandbyName = "standby";

    private static readonly string Binaries = Path.Combine(
        Directory.GetDirectories("/usr/lib/postgresql").MaxBy(path => int.Parse(Path.GetFileName(path), CultureInfo.InvariantCulture))!, "bin");

    // PostgreSQL refuses to run as root.
    private static readonly string[] AsPostgres = ["--reuid=postgres", "--regid=postgres", "--clear-groups"];

    private Daemon? primary;
    private Daemon? standby;

    /// <summary>The connection string of the instances: both hosts, of which Npgsql uses the primary.</summary>
    public static string ConnectionString { get; } =
        $"Host=127.0.0.1:{Ports.Primary},127.0.0.1:{Ports.Standby};Username=imagehub;Database=imagehub;Target Session Attributes=primary;Maximum Pool Size=30";

    public static Task<string> VersionAsync() => Programs.RunAsync(Path.Combine(Binaries, "postgres"), "--version");

    public async Task StartAsync()
    {
        Directory.CreateDirectory(folder);
        await Programs.RunAsync("chown", "postgres", folder);
        await RunAsync("initdb", "-D", Cluster("primary"), "-U", "imagehub", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8");
        await File.AppendAllTextAsync(Path.Combine(Cluster("primary"), "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            unix_socket_directories = '{folder}'
            max_connections = 200

            """);
        primary = Start("primary", Ports.Primary);
        await Programs.UntilAsync("the primary accepts connections", async () => await TryQueryAsync(Ports.Primary, "SELECT true"));
        await RunAsync("pg_basebackup", "-d", $"host=127.0.0.1 port={Ports.Primary} user=imagehub application_name={StandbyName}", "-D", Cluster("standby"), "-R", "-c", "fast");
        standby = Start("standby", Ports.Standby);

        // Set only on the primary, after the copy: a promoted standby would otherwise wait for a standby of its own.
        await ExecuteAsync(Ports.Primary, $"ALTER SYSTEM SET synchronous_standby_names = '{StandbyName}'");
        await ExecuteAsync(Ports.Primary, "SELECT pg_reload_conf()");
        await Programs.UntilAsync("the standby is synchronous", async () => await TryQueryAsync(Ports.Primary, "SELECT bool_or(sync_state = 'sync') FROM pg_stat_replication"));
    }

    /// <summary>Kills all processes of the primary, like a power cut.</summary>
    public async Task KillPrimaryAsync()
    {
        // The frozen postmaster cannot replace or warn its children, which would otherwise notice its end one after the other.
        await ProcessSignals.SendAsync("STOP", primary!.Id);
        await Programs.RunAsync("pkill", "-KILL", "-P", primary.Id.ToString(CultureInfo.InvariantCulture));
        await ProcessSignals.SendAsync("KILL", primary.Id);
    }

    /// <summary>Makes the standby a primary, as an operator or a program such as Patroni does.</summary>
    public static Task PromoteStandbyAsync() => ExecuteAsync(Ports.Standby, "SELECT pg_promote()");

    /// <summary>Reads a number from the database of the instances.</summary>
    public static async Task<long> ReadNumberAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in (Daemon?[])[standby, primary])
        {
            if (server is { HasEnded: false })
            {
                // PostgreSQL waits for its clients at SIGTERM, and disconnects them at SIGINT.
                await ProcessSignals.SendAsync("INT", server.Id);
                await server.DisposeAsync();
            }
        }
    }

    private static Task<string> RunAsync(string program, params IEnumerable<string> arguments) => Programs.RunAsync("setpriv", [.. AsPostgres, Path.Combine(Binaries, program), .. arguments]);

    private static async Task<bool> TryQueryAsync(int port, string statement)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(Direct(port));
            await using var command = source.CreateCommand(statement);
            return await command.ExecuteScalarAsync() is true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private static async Task ExecuteAsync(int port, string statement)
    {
        await using var source = NpgsqlDataSource.Create(Direct(port));
        await using var command = source.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    private static string Direct(int port) => $"Host=127.0.0.1;Port={port};Username=imagehub;Database=postgres";

    private string Cluster(string name) => Path.Combine(folder, name);

    private Daemon Start(string name, int port) => new(
        $"{folder}-{name}.log", "setpriv", [.. AsPostgres, Path.Combine(Binaries, "postgres"), "-D", Cluster(name), "-p", port.ToString(CultureInfo.InvariantCulture)]);
}
