using ImageHub.Api.Observability;
using MediatR;
using Microsoft.Extensions.Logging.Console;

namespace ImageHub.Api.Console;

/// <summary>Runs the whole application in this process on a free loopback port, so that a command uses the same code as a request.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private LocalServer(WebApplication app) => this.app = app;

    /// <summary>The server's address.</summary>
    public Uri Url => new(app.Urls.Single() + "/");

    /// <summary>Starts the server. It runs no background jobs, sends no webhooks, and does not update the database's schema.</summary>
    /// <param name="settings">Settings from the command line.</param>
    /// <param name="terminal">Shows the first admin's password if this start created it.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="createsGallery">Whether to create the schema of an empty database and the first admin. Otherwise an empty database is an error.</param>
    public static async Task<LocalServer> StartAsync(string[] settings, Terminal terminal, CancellationToken cancellationToken, bool createsGallery = false)
    {
        var built = ImageHubApp.Build(settings, Configure);
        built.RunAsCommand(createsGallery);
        Banner.AnnounceFirstAdmin(built, terminal.Output);
        try
        {
            // Not cancelled by Ctrl-C: a partly started application cannot be stopped cleanly.
            await built.StartAsync(CancellationToken.None);
        }
        catch
        {
            await built.DisposeAsync();
            throw;
        }

        var local = new LocalServer(built);
        if (cancellationToken.IsCancellationRequested)
        {
            await local.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }

        return local;
    }

    /// <summary>Builds the application without starting it. A start would create the database's schema or update it.</summary>
    /// <param name="settings">Settings from the command line.</param>
    public static LocalServer Build(string[] settings) => new(ImageHubApp.Build(settings, Configure));

    /// <summary>Sends a request without authentication; access to the data directory is sufficient.</summary>
    public async Task<T> SendAsync<T>(IRequest<T> request, CancellationToken cancellationToken)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }

    private static void Configure(WebApplicationBuilder builder)
    {
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration["AllowedHosts"] = "*";

        // A server with the same settings may be running, so a command exports no telemetry and does not listen on the server's metrics address.
        ObservabilityServices.TurnOff(builder.Configuration);

        // Ctrl-C stops the command, not the server it uses.
        builder.Services.AddSingleton<IHostLifetime, OwnLifetime>();
        builder.Services.PostConfigure<LoggerFilterOptions>(filter =>
        {
            filter.MinLevel = Quieter(filter.MinLevel);
            foreach (var (index, rule) in filter.Rules.ToArray().Index())
            {
                filter.Rules[index] = new LoggerFilterRule(rule.ProviderName, rule.CategoryName, Quieter(rule.LogLevel ?? filter.MinLevel), rule.Filter);
            }
        });
        builder.Services.PostConfigure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // Only errors are logged, even for categories that a server logs in detail.
        static LogLevel Quieter(LogLevel level) => level > LogLevel.Error ? level : LogLevel.Error;
    }

    private sealed class OwnLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
