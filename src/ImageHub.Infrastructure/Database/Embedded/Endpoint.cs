using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>Where a server of a cluster listens: a Unix socket in a private folder, or on Windows loopback with a password.</summary>
/// <param name="host">The socket's folder, or an address.</param>
/// <param name="port">Also a part of the socket's name.</param>
/// <param name="password">Null where the folder protects the cluster.</param>
internal sealed class Endpoint(string host, int port, string? password)
{
    /// <summary>The owner of the cluster's databases.</summary>
    public const string UserName = "imagehub";

    // Fewer than the cluster takes, so that another process finds a free connection.
    private const int PoolSize = 40;

    private const int SocketPort = 5432;

    /// <summary>The socket's folder, or an address.</summary>
    public string Host => host;

    /// <summary>Also a part of the socket's name.</summary>
    public int Port => port;

    /// <summary>Where the password of a data directory's cluster lies, on Windows.</summary>
    public static string PasswordFile(string dataDirectory) => Path.Combine(dataDirectory, "postgres.password");

    /// <summary>Where a server that is about to be launched shall listen.</summary>
    public static async Task<Endpoint> OpenAsync(string dataDirectory, PostgresAccount account, CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            return new(IPAddress.Loopback.ToString(), FreePort(), await File.ReadAllTextAsync(PasswordFile(dataDirectory), cancellationToken));
        }

        var folder = await SocketFolder.OpenAsync(dataDirectory, account, cancellationToken);

        // Nothing runs in this cluster, so what lies here is left over, and its pid may be anyone's by now.
        File.Delete(Path.Combine(folder, $".s.PGSQL.{SocketPort}"));
        File.Delete(Path.Combine(folder, $".s.PGSQL.{SocketPort}.lock"));
        return new(folder, SocketPort, password: null);
    }

    /// <summary>Where a running server listens.</summary>
    public static async Task<Endpoint> FindAsync(PostmasterFile postmaster, string dataDirectory, CancellationToken cancellationToken) =>
        OperatingSystem.IsWindows()
            ? new(IPAddress.Loopback.ToString(), postmaster.Port, await File.ReadAllTextAsync(PasswordFile(dataDirectory), cancellationToken))
            : new(postmaster.SocketFolder, postmaster.Port, password: null);

    /// <summary>How to connect to a database; it need not exist yet.</summary>
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

    /// <summary>Whether the server takes a connection.</summary>
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
