using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Infrastructure.Database;

/// <summary>The PostgreSQL in use: the one that a connection string names, or else an embedded one.</summary>
internal sealed class DatabaseServer : IAsyncDisposable
{
    /// <summary>The setting that names a server.</summary>
    public const string ConnectionStringKey = "ImageHub";

    private const string EmbeddedDatabase = "imagehub";

    private readonly EmbeddedPostgres? embedded;
    private readonly NpgsqlConnectionStringBuilder? external;

    public DatabaseServer(IConfiguration configuration, DataDirectory data, ILogger<DatabaseServer> logger)
    {
        var connectionString = configuration.GetConnectionString(ConnectionStringKey);
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            embedded = new EmbeddedPostgres(data.Path, logger);
        }
        else
        {
            external = Parse(connectionString);
        }
    }

    public bool IsEmbedded => embedded is not null;

    /// <summary>Known once the server has been started.</summary>
    public string ConnectionString => external?.ConnectionString ?? embedded!.ConnectionString(EmbeddedDatabase);

    /// <summary>Which database it is: the same at every start.</summary>
    public string Identity => external is null ? "embedded" : Description;

    public string Description => embedded?.Description ?? $"PostgreSQL at {external!.Host}:{external.Port}, database {external.Database}";

    /// <summary>Starts the embedded server; one elsewhere is somebody else's to start.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => embedded?.StartAsync(cancellationToken) ?? Task.CompletedTask;

    public ValueTask DisposeAsync() => embedded?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static NpgsqlConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            var builder = new NpgsqlConnectionStringBuilder(connectionString);
            return builder is { Host.Length: > 0, Database.Length: > 0 }
                ? builder
                : throw new ArgumentException("Host or Database is missing.", nameof(connectionString));
        }
        catch (ArgumentException)
        {
            // The message must not repeat the string: it holds a password.
            throw new SettingException($"ConnectionStrings:{ConnectionStringKey}", "it must be an Npgsql connection string with Host and Database");
        }
    }
}
