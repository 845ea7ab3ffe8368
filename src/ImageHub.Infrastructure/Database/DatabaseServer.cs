using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>The PostgreSQL server in use: the server in the connection string, or the embedded server.</summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    /// <summary>The name of the connection string.</summary>
    public const string ConnectionStringKey = "ImageHub";

    private const string EmbeddedDatabase = "imagehub";

    private readonly EmbeddedPostgres? embedded;
    private readonly NpgsqlConnectionStringBuilder? external;

    public DatabaseServer(IConfiguration configuration, DataDirectory data, ILogger<DatabaseServer> logger)
    {
        var connectionString = configuration.GetConnectionString(ConnectionStringKey);
        if (connectionString is null)
        {
            embedded = new EmbeddedPostgres(data.Path, logger);
        }
        else
        {
            external = Parse(connectionString);
        }
    }

    public bool IsEmbedded => embedded is not null;

    /// <summary>The connection string, available once the server has been started.</summary>
    public string ConnectionString => external?.ConnectionString ?? embedded!.ConnectionString(EmbeddedDatabase);

    /// <summary>An identifier of the database that does not change between starts.</summary>
    public string Identity => external is null ? "embedded" : Description;

    public string Description => embedded?.Description ?? $"PostgreSQL at {string.Join(", ", Hosts(external!))}, database {external!.Database}";

    /// <summary>Starts the embedded server. Does nothing for an external server.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => embedded?.StartAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => embedded?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>
    /// Adds defaults for a primary and its standbys. Connections go to the primary. Other hosts are checked again after a second, so that a promoted standby is
    /// found soon. Npgsql's own defaults accept any host and check again after ten seconds.
    /// </summary>
    private static NpgsqlConnectionStringBuilder WithHostDefaults(NpgsqlConnectionStringBuilder builder)
    {
        if (builder.Host!.Contains(',', StringComparison.Ordinal))
        {
            builder.TargetSessionAttributes ??= "primary";
            if (!builder.ShouldSerialize("Host Recheck Seconds"))
            {
                builder.HostRecheckSeconds = 1;
            }
        }

        return builder;
    }

    private static IEnumerable<string> Hosts(NpgsqlConnectionStringBuilder external) =>
        external.Host!.Split(',').Select(host => host.Contains(':', StringComparison.Ordinal) ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{external.Port}"));

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            return builder is { Host.Length: > 0, Database.Length: > 0 }
                ? WithHostDefaults(builder)
                : throw new ArgumentException("Host or Database is missing.", nameof(connectionString));
        }
        catch (ArgumentException)
        {
            // The message must not repeat the connection string, which contains a password.
            throw new SettingException($"ConnectionStrings:{ConnectionStringKey}", "it must be an Npgsql connection string with Host and Database; remove it to use the embedded PostgreSQL");
        }
    }
}
