using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageHub.Api.Console;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Observability;

/// <summary>Metrics for Prometheus, and the alert rules and the dashboard that read them.</summary>
public sealed partial class MetricsTests(ScrapedServer server) : IClassFixture<ScrapedServer>
{
    [Fact]
    public async Task Metrics_are_only_on_their_own_address_and_nothing_else_is_there()
    {
        using (var answer = await server.Scraper.GetAsync("/metrics"))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        }

        await server.Admin.GetAsync("/metrics").StatusAsync(HttpStatusCode.NotFound);
        foreach (var path in (string[])["/", "/api", "/api/v1/groups", "/health/live", "/metrics/", "/metrics/x"])
        {
            await server.Scraper.GetAsync(path).StatusAsync(HttpStatusCode.NotFound);
        }

        await server.Scraper.PostAsync("/metrics", new ByteArrayContent([])).StatusAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_command_that_shares_the_settings_of_the_running_server_does_not_listen_at_the_address_of_metrics()
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var address = server.Scraper.BaseAddress!.GetLeftPart(UriPartial.Authority);

        await CommandLine.RunAsync(
            ["reset-password", "nobody", $"--ImageHub:DataDirectory={server.DataDirectory}", $"--Metrics:Urls={address}"], new Terminal(output, error, _ => null));

        error.ToString().ShouldContain("There is no account 'nobody'.");
        await server.Scraper.GetAsync("/metrics").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_upload_whose_client_sends_nothing_more_counts_as_cancelled_and_not_as_failed()
    {
        var group = await server.Admin.CreateGroupAsync("Stalled");
        var address = server.Admin.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT /api/v1/groups/{group}/images/slow.jpg HTTP/1.1\r\nHost: {address.Authority}\r\n{server.Admin.DefaultRequestHeaders.ToString().TrimEnd()}\r\nContent-Length: 1000000\r\n\r\nbegin"));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 408 Request Timeout");

        var samples = await server.ScrapeAsync();
        SumOf(samples, "imagehub_uploads_total", ("result", "cancelled")).ShouldBe(1);
        SumOf(samples, "imagehub_uploads_total", ("result", "failed")).ShouldBe(0);
    }

    [Fact]
    public async Task Metrics_tell_the_results_of_uploads_renderings_reads_and_changes()
    {
        // A change, for example by a background job, may invalidate the cached answer between two requests.
        using var visitor = new HttpClient { BaseAddress = server.Admin.BaseAddress };
        var requests = 0;
        await Polling.EventuallyAsync(async () =>
        {
            requests++;
            await visitor.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.OK);
            return SumOf(await server.ScrapeAsync(), "imagehub_kept_lookups_total", ("result", "hit")) >= 1;
        });
        var samples = await server.ScrapeAsync();

        Sum("imagehub_uploads_total", ("result", "uploaded")).ShouldBe(2);
        Sum("imagehub_uploads_total", ("result", "duplicateContent")).ShouldBe(1);
        Sum("imagehub_uploads_total", ("result", "corruptImage")).ShouldBe(1);
        Sum("imagehub_uploads_total", ("result", "unsupportedFormat")).ShouldBe(1);
        Sum("imagehub_uploads_total", ("result", "failed")).ShouldBe(0);
        Sum("imagehub_render_duration_seconds_count", ("format", "png"), ("variant", "all")).ShouldBe(1);
        Sum("imagehub_render_duration_seconds_count", ("format", "jpeg"), ("variant", "one")).ShouldBe(1);
        Sum("imagehub_render_wait_seconds_count").ShouldBeGreaterThanOrEqualTo(3);
        Sum("imagehub_render_waiting").ShouldBe(0);
        Sum("imagehub_kept_answers").ShouldBeGreaterThanOrEqualTo(1);
        Sum("imagehub_kept_size_bytes").ShouldBeGreaterThan(100);
        Sum("imagehub_store_duration_seconds_count", ("operation", "put"), ("result", "ok")).ShouldBeGreaterThanOrEqualTo(2);
        Sum("imagehub_store_duration_seconds_count", ("operation", "open"), ("result", "ok")).ShouldBeGreaterThanOrEqualTo(1);
        Sum("imagehub_trash_images").ShouldBe(1);
        Sum("imagehub_trash_size_bytes").ShouldBeGreaterThan(1_000);
        Sum("imagehub_backlog", ("kind", "alternates")).ShouldBe(1);
        Sum("imagehub_objects_damaged").ShouldBe(0);
        Sum("imagehub_backup_last_seconds").ShouldBe(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 300);
        Sum("imagehub_backup_lost").ShouldBe(0);
        Sum("imagehub_disk_free_bytes", ("disk", "data")).ShouldBeGreaterThan(1_000_000);
        Sum("imagehub_disk_size_bytes", ("disk", "data")).ShouldBe(new DriveInfo(server.DataDirectory).TotalSize);
        Sum("imagehub_disk_size_bytes", ("disk", "objects")).ShouldBe(new DriveInfo(server.Objects).TotalSize);
        Sum("imagehub_job_last_run_seconds", ("job_name", "ImportsJob")).ShouldBe(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), 300);
        // The fixture's first request and its search have a route. Cached answers have none, but a change may invalidate the answer before each later request.
        Sum("http_server_request_duration_seconds_count", ("http_route", "/api/v1/groups"), ("http_request_method", "GET"), ("http_response_status_code", "200")).ShouldBeInRange(2, 2 + requests);
        Sum("http_server_request_duration_seconds_count", ("http_response_status_code", "409")).ShouldBe(1);
        Sum("db_client_operation_duration_seconds_count").ShouldBeGreaterThan(10);

        double Sum(string name, params (string Name, string Value)[] labels) => SumOf(samples, name, labels);
    }

    [Fact]
    public async Task Each_of_many_requests_is_counted_once()
    {
        // More than the batches of all processors can hold.
        var requests = 65 * Environment.ProcessorCount;
        for (var sent = 0; sent < requests; sent++)
        {
            await server.Admin.GetAsync("/api/v1/tiers").StatusAsync(HttpStatusCode.OK);
        }

        var count = async () => SumOf(await server.ScrapeAsync(), "http_server_request_duration_seconds_count", ("http_route", "/api/v1/tiers"));
        await Polling.EventuallyAsync(async () => await count() >= requests);
        (await count()).ShouldBe(requests);
    }

    [Fact]
    public async Task No_metric_has_a_tag_with_an_id_a_name_or_an_address()
    {
        var samples = await server.ScrapeAsync();

        samples.SelectMany(sample => sample.Labels.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ShouldBe(
        [
            "cpu_mode", "db_client_connection_state", "disk", "format", "http_request_method", "http_response_status_code", "http_route", "job_name", "kind", "le",
            "operation", "reason", "result", "variant",
        ]);
        Values("cpu_mode").ShouldBeSubsetOf(["system", "user"]);
        Values("db_client_connection_state").ShouldBeSubsetOf(["idle", "used"]);
        Values("disk").ShouldBe(["data", "objects"], ignoreOrder: true);
        Values("format").ShouldBeSubsetOf(["avif", "gif", "heic", "jpeg", "png", "tiff", "unknown", "webp"]);
        Values("variant").ShouldBeSubsetOf(["all", "alternates", "clean", "jpeg", "large", "logo", "one", "transform"]);
        Values("http_request_method").ShouldBeSubsetOf(["DELETE", "GET", "POST", "PUT", "_OTHER"]);
        Values("kind").ShouldBe(["alternates", "comparisons", "large", "uploads", "webhooks"]);
        Values("operation").ShouldBeSubsetOf(["check", "delete", "lengths", "open", "put"]);
        Values("reason").ShouldBe(["cancelled", "crashed", "grown", "idle", "memory", "room", "stopped", "time", "yielded"]);
        Values("result").ShouldBeSubsetOf(["cancelled", "corruptImage", "duplicateContent", "failed", "hit", "lost", "miss", "ok", "storageUnavailable", "unsupportedFormat", "uploaded"]);
        Values("http_response_status_code").ShouldAllBe(status => Status().IsMatch(status));
        Values("job_name").ShouldAllBe(name => JobName().IsMatch(name));

        // The route is a template: placeholders in braces stand for the values in the path.
        Values("http_route").Order(StringComparer.Ordinal).ShouldContain(route => route.Contains('{'));
        var all = samples.SelectMany(sample => sample.Labels.Values).ToHashSet(StringComparer.Ordinal);
        all.ShouldAllBe(value => !value.Contains(ScrapedServer.Private, StringComparison.OrdinalIgnoreCase) && !value.Contains("127.0.0.1") && !value.Contains("localhost"));
        all.ShouldAllBe(value => server.Ids.TrueForAll(id => !value.Contains(id.ToString(), StringComparison.OrdinalIgnoreCase)));

        IEnumerable<string> Values(string label) =>
            samples.Select(sample => sample.Labels.GetValueOrDefault(label)).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_server_reports_every_metric_of_the_alert_rules_and_the_dashboard()
    {
        var samples = await server.ScrapeAsync();
        var labels = samples.SelectMany(sample => sample.Labels.Keys).ToHashSet(StringComparer.Ordinal);
        var rules = Expression().Matches(await File.ReadAllTextAsync(Repository.PathOf("ops", "prometheus-rules.yaml"))).Select(match => match.Groups["text"].Value);
        var named = rules.Concat(DashboardExpressions()).SelectMany(text => Metric().Matches(text)).Select(match => match.Value).Except(labels).Order(StringComparer.Ordinal).ToList();

        named.Count.ShouldBeGreaterThan(25);
        named.Except(samples.Select(sample => sample.Name)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Prometheus_accepts_the_alert_rules_and_the_expressions_of_the_dashboard()
    {
        await CheckAsync(Repository.PathOf("ops", "prometheus-rules.yaml"));
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            // Grafana replaces its variables before it asks Prometheus.
            var recorded = DashboardExpressions().Select((text, number) =>
                $"  - record: panel_{number}\n    expr: {JsonSerializer.Serialize(text.Replace("$__rate_interval", "5m", StringComparison.Ordinal))}\n");
            var file = Path.Combine(folder.FullName, "dashboard.yaml");
            await File.WriteAllTextAsync(file, "groups:\n- name: dashboard\n  rules:\n" + string.Concat(recorded));
            await CheckAsync(file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Every_alert_tells_what_to_do()
    {
        var alerts = (await File.ReadAllTextAsync(Repository.PathOf("ops", "prometheus-rules.yaml"))).Split("- alert: ")[1..];

        alerts.Length.ShouldBe(16);
        alerts.ShouldAllBe(alert => alert.Contains("          summary: \"") && alert.Contains("          description: \"") && alert.Contains("labels: { severity: "));
    }

    private static async Task CheckAsync(string rules)
    {
        Process checking;
        try
        {
            checking = Process.Start(new ProcessStartInfo("promtool", ["check", "rules", rules]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new InvalidOperationException("The tests need promtool: install Prometheus (on Debian: apt-get install --no-install-recommends prometheus).", exception);
        }

        using (checking)
        {
            var (output, error) = (checking.StandardOutput.ReadToEndAsync(), checking.StandardError.ReadToEndAsync());
            await checking.WaitForExitAsync();
            checking.ExitCode.ShouldBe(0, await output + await error);
        }
    }

    /// <summary>The expressions of all panels.</summary>
    private static List<string> DashboardExpressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("ops", "dashboard.json")));
        return
        [
            .. dashboard.RootElement.GetProperty("panels").EnumerateArray()
                .Where(panel => panel.TryGetProperty("targets", out _))
                .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
                .Select(target => target.GetProperty("expr").GetString()!),
        ];
    }

    private static double SumOf(IReadOnlyList<Sample> samples, string name, params (string Name, string Value)[] labels) => samples
        .Where(sample => sample.Name == name && labels.All(label => sample.Labels.GetValueOrDefault(label.Name) == label.Value))
        .Select(sample => sample.Value)
        .DefaultIfEmpty(double.NaN)
        .Sum();

    [GeneratedRegex(@"^        expr: (?<text>(.|\n          )+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1_000)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\b(imagehub|http|db|dotnet|kestrel)_\w+", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"^[1-5]\d\d$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Status();

    [GeneratedRegex("^[A-Z][A-Za-z]+$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex JobName();
}
