using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;

namespace ImageHub.Api.Observability;

/// <summary>
/// Answers <c>/metrics</c> on the addresses of <see cref="MetricsOptions.Urls"/>. It is a separate web server, so that neither server answers the other
/// server's requests.
/// </summary>
internal sealed partial class MetricsListener(IOptions<MetricsOptions> options, MeterProvider meters, ILoggerFactory loggers) : IHostedLifecycleService, IAsyncDisposable
{
    /// <summary>The path of the metrics.</summary>
    public const string Path = "/metrics";

    private const int MaxConnections = 32;

    private WebApplication? server;

    /// <summary>Starts to listen, after the main server listens, so that a conflict of ports is reported for this setting.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IMeterFactory, UnreportedMeters>();
        builder.WebHost.UseKestrelCore().UseUrls(options.Value.Addresses).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
        });
        server = builder.Build();
        server.UseOpenTelemetryPrometheusScrapingEndpoint(
            meters,
            context => context.Request.Path.Equals(Path, StringComparison.Ordinal) && HttpMethods.IsGet(context.Request.Method),
            path: null,
            configureBranchedPipeline: null,
            optionsName: null);
        try
        {
            await server.StartAsync(cancellationToken);
            LogListening(loggers.CreateLogger<MetricsListener>(), string.Join(", ", server.Urls.Select(url => url + Path)));
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            throw Wrong($"{MetricsOptions.Section}:{nameof(MetricsOptions.Urls)}: it is '{options.Value.Urls}': {exception.Message}");
        }
    }

    /// <summary>Creates the error for an invalid setting.</summary>
    public static OptionsValidationException Wrong(string text) => new(Options.DefaultName, typeof(MetricsOptions), [text]);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => server?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask DisposeAsync() => server?.DisposeAsync() ?? ValueTask.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Metrics are at {Addresses}")]
    private static partial void LogListening(ILogger logger, string addresses);

    /// <summary>Creates meters with a name that is not reported, so that metrics describe only requests to the main server.</summary>
    private sealed class UnreportedMeters : IMeterFactory
    {
        private readonly Meter meter = new(nameof(UnreportedMeters));

        public Meter Create(MeterOptions options) => meter;

        public void Dispose() => meter.Dispose();
    }
}
