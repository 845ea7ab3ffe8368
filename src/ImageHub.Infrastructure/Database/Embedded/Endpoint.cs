using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>The address of a cluster's server: a Unix socket in a private folder or, on Windows, a loopback port with a password.</summary>
/// <param name="host">The socket's folder, or an IP address.</param>
/// <param name="port">The port, which is also part of the socket's name.</param>
/// <param name="password">The password; null if the folder protects the cluster.</param>
internal sealed class Endpoint(string host, int port, string? password)
{
    /// <summary>The owner of the cluster's databases.</summary>
    public const string UserName = "imagehub";

    // Less than the server's limit, so that connections remain for other processes.
    private const int PoolSize = 40;

    private const int SocketPort = 5432;

    /// <summary>The socket's folder, or an IP address.</summary>
    public string Host => host;

    /// <summary>The port, which is also part of the socket's name.</summary>
    public int Port => port;

    /// <summary>The path of the cluster's password file on Windows.</summary>
    public static string PasswordFile(string dataDirectory) => Path.Combine(dataDirectory, "postgres.password");

    /// <summary>Prepares the address for a server that is about to start.</summary>
    public static async Task<Endpoint> OpenAsync(string dataDirectory, PostgresAccount account, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return new(IPAddress.Loopback.ToString(), FreePort(), await File.ReadAllTextAsync(PasswordFile(dataDirectory), cancellationToken));
        }

        var folder = await SocketFolder.OpenAsync(dataDirectory, account, cancellationToken);

        // No server uses this cluster, so these files are stale. Their process id may have been reused, which would prevent the start.
        File.Delete(Path.Combine(folder, $".s.PGSQL.{SocketPort}"));
        File.Delete(Path.Combine(folder, $".s.PGSQL.{SocketPort}.lock"));
        return new(folder, SocketPort, password: null);
    }

    /// <summary>Finds the address of a running server.</summary>
    public static async Task<Endpoint> FindAsync(PostmasterFile postmaster, string dataDirectory, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows()
            ? new(IPAddress.Loopback.ToString(), postmaster.Port, await File.ReadAllTextAsync(PasswordFile(dataDirectory), cancellationToken))
            : new(postmaster.SocketFolder, postmaster.Port, password: null);

    /// <summary>Returns the connection string of a database, which need not exist yet.</summary>
    public string ConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Port = port,
            Username = UserName,
            Password = password,
            Database = database,
            SslMode = SslMode.Disable,
            MaxPoolSize = PoolSize,
        }.ConnectionString;

    /// <summary>Whether the server accepts a connection.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        var once = new NpgsqlConnectionStringBuilder(ConnectionString("postgres")) { Pooling = false, Timeout = 5 };
        try
        {
            await using var connection = new NpgsqlConnection(once.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    /// <summary>Removes the socket's folder after the server has ended.</summary>
    public void Close()
    {
        if (!OperatingSystem.IsWindows())
        {
            SocketFolder.Close(host);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
