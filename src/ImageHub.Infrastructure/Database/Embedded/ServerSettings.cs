using System.Globalization;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>The settings on the server's command line. The cluster's postgresql.conf remains as initdb has written it.</summary>
internal static class ServerSettings
{
    // More than the pool size, so that connections remain for other processes.
    private const int MaxConnections = 60;

    /// <param name="endpoint">The server's address.</param>
    /// <param name="version">The server's version; older versions lack some settings.</param>
    /// <param name="durable">False only in tests, which do not wait for the disk.</param>
    public static IReadOnlyDictionary<string, string> For(Endpoint endpoint, Version version, bool durable)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["listen_addresses"] = OperatingSystem.IsWindows() ? endpoint.Host : "",
            ["port"] = endpoint.Port.ToString(CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = OperatingSystem.IsWindows() ? "" : endpoint.Host,
            ["unix_socket_permissions"] = "0700",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",
            ["logging_collector"] = "off",
            ["log_checkpoints"] = "off",

            // Rows and parameters are visitors' data and do not belong in a log.
            ["log_error_verbosity"] = "terse",
            ["log_min_error_statement"] = "panic",

            // Limits memory and processes: a gallery's queries are short, and libvips needs the memory and the cores.
            ["max_connections"] = MaxConnections.ToString(CultureInfo.InvariantCulture),
            ["shared_buffers"] = "64MB",
            ["wal_buffers"] = "1MB",
            ["jit"] = "off",
            ["max_worker_processes"] = "2",
            ["max_parallel_workers"] = "0",
            ["max_parallel_workers_per_gather"] = "0",
            ["autovacuum_max_workers"] = "1",
            ["wal_level"] = "minimal",
            ["max_wal_senders"] = "0",
            ["max_logical_replication_workers"] = "0",
        };
        if (version.Major >= 18)
        {
            settings["io_method"] = "sync";
            settings["autovacuum_worker_slots"] = "2";
        }

        if (!durable)
        {
            settings["fsync"] = "off";
            settings["full_page_writes"] = "off";

            // Every test class has its own database and pool.
            settings["max_connections"] = "300";
        }

        return settings;
    }
}
