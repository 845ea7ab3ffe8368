using System.Diagnostics;
using System.Runtime.CompilerServices;
using ImageHub.Application;
using ImageHub.Application.Observability;
using Microsoft.Extensions.Options;
using OpenTelemetry.Instrumentation.AspNetCore;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ImageHub.Api.Observability;

/// <summary>
/// Reports metrics to Prometheus if <see cref="MetricsOptions.Urls"/> is set, and metrics and traces by OTLP if <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
/// Without these settings nothing is recorded.
/// </summary>
internal static class ObservabilityServices
{
    private const string UrlsKey = $"{MetricsOptions.Section}:{nameof(MetricsOptions.Urls)}";
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string ServiceNameKey = "OTEL_SERVICE_NAME";

    private static readonly string[] Protocols = ["grpc", "http/protobuf"];

    /// <summary>
    /// Tags of the instrumentation that may contain link tokens, visitors' addresses, or text that a client chose. They are removed from each span.
    /// </summary>
    private static readonly string[] RemovedTags =
        ["url.path", "url.query", "url.full", "server.address", "server.port", "client.address", "network.peer.address", "network.peer.port", "user_agent.original", "http.request.method_original"];

    /// <summary>Adds the services that the settings ask for.</summary>
    /// <returns>Whether metrics are recorded.</returns>
    public static bool AddObservability(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<MetricsOptions>().BindConfiguration(MetricsOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        var isScraped = !string.IsNullOrWhiteSpace(configuration[UrlsKey]);
        var isSent = IsSent(configuration);
        if (!isScraped && !isSent)
        {
            return false;
        }

        services.AddTelemetry(configuration, isScraped, isSent);
        return true;
    }

    /// <summary>Adds OpenTelemetry. A method of its own, so that the runtime loads OpenTelemetry's assemblies only if they are used.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AddTelemetry(this IServiceCollection services, IConfiguration configuration, bool isScraped, bool isSent)
    {
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource =>
            resource.AddService(configuration[ServiceNameKey] is { Length: > 0 } name ? name : "imagehub", serviceVersion: Health.WelcomeEndpoint.Version));
        telemetry.WithMetrics(metrics =>
        {
            // A batch of requests is recorded within one of these requests, whose trace is not that of the others.
            metrics.AddMeter(ReportedMetrics.Meters).AddView(ReportedMetrics.Find).SetExemplarFilter(ExemplarFilterType.AlwaysOff);
            if (isScraped)
            {
                metrics.AddPrometheusExporter(prometheus => (prometheus.ScopeInfoEnabled, prometheus.TargetInfoEnabled) = (false, false));
            }

            if (isSent)
            {
                metrics.AddOtlpExporter();
            }
        });
        if (isScraped)
        {
            services.AddHostedService<MetricsListener>();
        }

        if (isSent)
        {
            services.AddUseCaseSpans();
            services.Configure<AspNetCoreTraceInstrumentationOptions>(Configure);
            telemetry.WithTracing(traces => traces.AddSource(Telemetry.Name, "Npgsql").AddAspNetCoreInstrumentation().AddOtlpExporter());
        }
    }

    /// <summary>Removes the settings that turn on metrics and traces.</summary>
    public static void TurnOff(IConfiguration configuration) => (configuration[UrlsKey], configuration[EndpointKey]) = (null, null);

    private static void Configure(AspNetCoreTraceInstrumentationOptions requests)
    {
        requests.Filter = context => !context.Request.Path.Equals(MetricsListener.Path, StringComparison.Ordinal);
        requests.EnrichWithHttpRequest = (span, request) => span.SetTag("requestId", request.HttpContext.TraceIdentifier);
        requests.EnrichWithHttpResponse = (span, _) => Clean(span);
        requests.EnrichWithException = (span, _) => Clean(span);
    }

    private static void Clean(Activity span)
    {
        foreach (var tag in RemovedTags)
        {
            span.SetTag(tag, null);
        }
    }

    /// <summary>Whether OTLP is on. The exporter itself would ignore a wrong endpoint or protocol and use its default.</summary>
    /// <exception cref="OptionsValidationException">The endpoint or the protocol is wrong.</exception>
    private static bool IsSent(IConfiguration configuration)
    {
        if (configuration[EndpointKey] is not { Length: > 0 } endpoint)
        {
            return false;
        }

        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw MetricsListener.Wrong($"{EndpointKey}: it is '{endpoint}'; it must be an address such as http://127.0.0.1:4317.");
        }

        return configuration[ProtocolKey] is not { Length: > 0 } protocol || Protocols.Contains(protocol, StringComparer.Ordinal)
            ? true
            : throw MetricsListener.Wrong($"{ProtocolKey}: it is '{protocol}'; it must be {string.Join(" or ", Protocols)}.");
    }
}
