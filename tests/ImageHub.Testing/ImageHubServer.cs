using System.Data.Common;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Api;
using ImageHub.Api.Requests;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Imaging;
using ImageHub.Infrastructure.Accounts;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace ImageHub.Testing;

/// <summary>
/// The whole application on its own port, with its own database, data directory and object store. A test class takes it as its class fixture; a test with
/// other settings starts one with <see cref="StartAsync"/>.
/// </summary>
public sealed class ImageHubServer(PostgresServer postgres) : IAsyncLifetime
{
    public const string AdminName = "admin";
    public const string AdminPassword = "correct horse battery staple";

    /// <summary>The password of users that tests create.</summary>
    public const string UserPassword = "plain walnut drawer 7";

    /// <summary>The password of links that tests create.</summary>
    public const string LinkPassword = "open sesame";

    /// <summary>The lowest password cost that the setting accepts.</summary>
    public const string PasswordCost = "10";

    // The lowest cost that bcrypt accepts: at a higher one, hashing took a fifth of the suite's time.
    private static readonly IOptions<PasswordOptions> HashingCost = Options.Create(new PasswordOptions { Cost = 4 });

    /// <summary>The signing key, for tests that sign tokens.</summary>
    public const string SigningKey = "MDEyMzQ1Njc4OWFiY2RlZmdoaWprbG1ub3BxcnN0dXY=";

    /// <summary>The setting that selects the alternate formats. By default, servers of tests render no alternates.</summary>
    public const string AlternatesKey = ImagingOptions.Section + ":" + nameof(ImagingOptions.Alternates);

    private static readonly TimeSpan EndLimit = TimeSpan.FromMinutes(2);

    private readonly string folder = TemporaryFolders.Create();
    private WebApplication? app;
    private string? database;
    private bool isSecond;

    /// <summary>Settings that add to the defaults or replace them; set before the start.</summary>
    public Dictionary<string, string?> Settings { get; } = new(StringComparer.Ordinal);

    /// <summary>Changes to the application; set before the start.</summary>
    public Action<WebApplicationBuilder>? Configure { get; set; }

    /// <summary>A client without credentials.</summary>
    public HttpClient Visitor { get; private set; } = null!;

    /// <summary>A client signed in as the admin.</summary>
    public HttpClient Admin { get; private set; } = null!;

    public string DataDirectory => folder;

    public string ConnectionString => database!;

    public IServiceProvider Services => app!.Services;

    public Uri Url { get; private set; } = null!;

    /// <summary>Starts a server with the given settings.</summary>
    public static async Task<ImageHubServer> StartAsync(
        PostgresServer postgres, Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        var server = new ImageHubServer(postgres) { Configure = configure };
        foreach (var (key, value) in settings ?? [])
        {
            server.Settings[key] = value;
        }

        await server.InitializeAsync();
        return server;
    }

    /// <summary>Starts a second server on the same database, with the same settings and its own folder.</summary>
    public async Task<ImageHubServer> StartSecondAsync()
    {
        var second = new ImageHubServer(postgres) { Configure = Configure, database = database, isSecond = true };
        foreach (var (key, value) in Settings)
        {
            second.Settings[key] = value;
        }

        await second.InitializeAsync();
        return second;
    }

    public async ValueTask InitializeAsync()
    {
        database ??= GivenDatabase ?? await CreateDatabaseAsync();
        if (isSecond)
        {
            await AllowEmptyStoreAsync();
        }

        app = Build(database);
        await app.StartAsync();
        Url = new Uri(app.Urls.Single());
        Visitor = NewClient();
        await Visitor.EventuallyPreparedAsync();
        Admin = await BeginOwnerSessionAsync();
    }

    /// <summary>Lets the server use its folder although it has none of the database's photos. Called before the start.</summary>
    public async Task AllowEmptyStoreAsync()
    {
        Directory.CreateDirectory(Path.Combine(folder, "objects"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "objects", "gallery"), []);
    }

    /// <summary>The connection string from the settings, or null. The test itself drops this database.</summary>
    private string? GivenDatabase => Settings.GetValueOrDefault("ConnectionStrings:ImageHub");

    private async Task<string> CreateDatabaseAsync()
    {
        var template = await postgres.TemplateAsync("schema", async empty =>
        {
            await using var filler = Build(empty);
            await filler.StartAsync();
            await PreparedAsync(filler);
            await filler.StopAsync();

            // Otherwise the servers of later tests would make up for the runs of jobs since the template was made.
            await using var source = NpgsqlDataSource.Create(empty);
            await using var forget = source.CreateCommand("DO $$ BEGIN IF to_regclass('qrtz_job_details') IS NOT NULL THEN TRUNCATE qrtz_job_details CASCADE; END IF; END $$");
            await forget.ExecuteNonQueryAsync();
        });
        return await postgres.CreateDatabaseAsync(template);
    }

    /// <summary>Creates a client without credentials.</summary>
    public HttpClient NewClient(bool useCookies = false, bool followRedirects = false) =>
        new(new SocketsHttpHandler { UseCookies = useCookies, AllowAutoRedirect = followRedirects, Expect100ContinueTimeout = Timeout.InfiniteTimeSpan }) { BaseAddress = Url };

    /// <summary>Creates a client that is signed in as <see cref="Admin"/> by cookie, as a browser is.</summary>
    public HttpClient NewAdminsBrowser()
    {
        var browser = NewClient();
        browser.DefaultRequestHeaders.Add("Cookie", $"imagehub_access={Admin.DefaultRequestHeaders.Authorization!.Parameter}");
        return browser;
    }

    /// <summary>Signs in.</summary>
    public async Task<HttpClient> SignInAsync(string userName, string password)
    {
        var client = NewClient();
        using var answer = await client.PostAsJsonAsync("/api/v1/auth/login", new { userName, password });
        var body = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        LoggedSecrets.AddFrom(body);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", body.GetProperty("accessToken").GetString());
        return client;
    }

    /// <summary>Creates a client with an API key.</summary>
    public HttpClient WithKey(string key)
    {
        var client = NewClient();
        client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }

    /// <summary>Reads the id of a user's own group, which no route returns.</summary>
    public async Task<Guid> OwnGroupAsync(Guid userId)
    {
        await using var scope = Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IImageHubDb>().AllGroups
            .Where(group => group.OwnerId == userId)
            .Select(group => group.Id)
            .SingleAsync();
    }

    /// <summary>Runs a statement on the server's database.</summary>
    /// <returns>The first column of the first row, or null.</returns>
    public async Task<object?> SqlAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Locks tables exclusively until the connection is disposed of.</summary>
    public async Task<NpgsqlConnection> LockTablesAsync(params string[] tables)
    {
        while (true)
        {
            var connection = new NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            try
            {
                // A job may hold one table and wait for another: the lock times out before the database detects a deadlock.
                await using var take = new NpgsqlCommand($"BEGIN; SET LOCAL lock_timeout = '300ms'; LOCK TABLE {string.Join(", ", tables)} IN ACCESS EXCLUSIVE MODE", connection);
                await take.ExecuteNonQueryAsync();
                return connection;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <summary>Restarts the server on the same database and folder.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        app = Build(database!);
        await app.StartAsync();
        Url = new Uri(app.Urls.Single());
        Visitor = NewClient();
        await Visitor.EventuallyPreparedAsync();
        Admin = await BeginOwnerSessionAsync();
    }

    /// <summary>Signs the admin in again after a test has moved the clock.</summary>
    public async Task SignInOwnerAgainAsync()
    {
        Admin.Dispose();
        Admin = await BeginOwnerSessionAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (database is not null && GivenDatabase is null && !isSecond)
        {
            await postgres.DropDatabaseAsync(database);
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Signs the admin in without a password, as commands on the server's own machine do, to save the hashing time.</summary>
    private async Task<HttpClient> BeginOwnerSessionAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var pair = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new BeginOwnerSession());
        LoggedSecrets.AddFrom(JsonSerializer.SerializeToElement(new { accessToken = pair.AccessToken, refreshToken = pair.RefreshToken }));
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", pair.AccessToken);
        return client;
    }

    /// <summary>Stops the server; its database and its folder remain.</summary>
    public async Task StopAsync()
    {
        Visitor?.Dispose();
        Admin?.Dispose();
        if (app is not null)
        {
            // No test's time limit includes the end of its server.
            await app.StopAsync().WaitAsync(EndLimit);
            await app.DisposeAsync().AsTask().WaitAsync(EndLimit);
            app = null;
        }
    }

    /// <summary>Waits until the database is prepared: with an external server, a slow preparation continues after the start.</summary>
    private static async Task PreparedAsync(WebApplication app)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            await using var scope = app.Services.CreateAsyncScope();
            try
            {
                if (await scope.ServiceProvider.GetRequiredService<IImageHubDb>().Users.AnyAsync(patience.Token))
                {
                    return;
                }
            }
            catch (DbException) when (!patience.IsCancellationRequested)
            {
                // The tables do not exist yet.
            }

            await Task.Delay(50, patience.Token);
        }
    }

    private WebApplication Build(string connectionString) => ImageHubApp.Build([], builder =>
    {
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["ConnectionStrings:ImageHub"] = connectionString,
            ["ImageHub:DataDirectory"] = folder,
            ["Admin:UserName"] = AdminName,
            ["Admin:Password"] = AdminPassword,
            ["Jwt:SigningKey"] = SigningKey,

            // Most tests need neither alternates nor large renditions, which a job renders each minute. A large box of the size of the high one yields no
            // large renditions.
            [AlternatesKey] = nameof(AlternateFormats.None),
            ["Imaging:Large:Width"] = "1400",
            ["Imaging:Large:Height"] = "1050",
        });
        builder.Configuration.AddInMemoryCollection(Settings);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.AddFilter<ConsoleLoggerProvider>(typeof(RequestLog).FullName, LogLevel.Warning);
        builder.Logging.AddProvider(LoggedSecrets.NewReader());
        if (!Settings.Keys.Any(key => key.StartsWith(ImagingOptions.Section, StringComparison.Ordinal) && key != AlternatesKey))
        {
            builder.Services.AddSingleton(WorkerRenderer.Shared);
        }

        if (!Settings.ContainsKey("Passwords:Cost"))
        {
            builder.Services.AddSingleton<IPasswordHasher>(services => new BcryptPasswordHasher(HashingCost, services.GetRequiredService<TimeProvider>()));
        }

        Configure?.Invoke(builder);
    });
}
