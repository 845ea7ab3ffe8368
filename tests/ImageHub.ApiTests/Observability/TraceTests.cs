using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Observability;

/// <summary>Traces and metrics by OTLP.</summary>
public sealed class TraceTests
{
    private const string Secret = "Zanzibar";

    [Fact]
    public async Task A_request_its_use_case_the_rendering_the_store_and_SQL_are_one_trace_with_the_request_id()
    {
        await using var collector = await new CollectorStandIn().StartAsync();
        await using var hub = new ImageHubProcess
        {
            Environment =
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Url,
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
            },
        };
        using var admin = await hub.StartAndSignInAsync();
        var group = await admin.CreateGroupAsync(Secret);
        string requestId;
        using (var answer = await admin.PutImageAsync(group, $"{Secret}.jpg", TestImages.Jpeg()))
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Created);
            requestId = answer.Headers.GetValues("X-Request-Id").Single();
        }

        using (await admin.GetAsync($"/s/{Secret}?from={Secret}"))
        {
        }

        var request = await collector.EventuallyAsync(span => span.Tags.GetValueOrDefault("requestId") == requestId);
        request.Name.ShouldBe("PUT /api/v1/groups/{id:guid}/images/{fileName}");
        request.ParentId.ShouldBeEmpty();
        request.Tags["http.route"].ShouldBe("/api/v1/groups/{id:guid}/images/{fileName}");
        request.Tags.Keys.ShouldBeSubsetOf(["requestId", "http.request.method", "http.response.status_code", "http.route", "network.protocol.version", "url.scheme"]);
        var useCase = await collector.EventuallyAsync(span => span.TraceId == request.TraceId && span.Name == "PutImage");
        useCase.ParentId.ShouldBe(request.Id);
        var render = await collector.EventuallyAsync(span => span.TraceId == request.TraceId && span.Name == "render");
        (render.ParentId, render.Tags["format"], render.Tags["variant"], render.Tags.Count).ShouldBe((useCase.Id, "jpeg", "all", 2));
        var put = await collector.EventuallyAsync(span => span.TraceId == request.TraceId && span.Name == "store put");
        (put.ParentId, put.Tags["operation"], put.Tags.Count).ShouldBe((useCase.Id, "put", 1));
        (await collector.EventuallyAsync(span => span.TraceId == request.TraceId && span.ParentId == useCase.Id && span.Tags.GetValueOrDefault("db.query.text")?.Contains("INSERT INTO images", StringComparison.Ordinal) == true))
            .Tags["db.system.name"].ShouldBe("postgresql");

        await collector.EventuallyAsync(span => span.Tags.GetValueOrDefault("http.route")?.StartsWith("/s/", StringComparison.Ordinal) == true);
        await collector.EventuallyReportsAsync("imagehub.uploads");
        collector.Spans.SelectMany(span => span.Tags.Values.Append(span.Name)).ShouldAllBe(text => !text.Contains(Secret) && !text.Contains(group.ToString()));

        // Background work has no spans of its own.
        collector.Spans.Where(span => span.ParentId.Length == 0).ShouldAllBe(span => span.Tags.ContainsKey("requestId"));
    }
}

/// <summary>Waits for the collector.</summary>
internal static class CollectorWaits
{
    /// <summary>Waits for a span.</summary>
    public static async Task<ReceivedSpan> EventuallyAsync(this CollectorStandIn collector, Func<ReceivedSpan, bool> isWanted)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            if (collector.Spans.FirstOrDefault(isWanted) is { } span)
            {
                return span;
            }

            if (patience.IsCancellationRequested)
            {
                throw new InvalidOperationException("There is no such span among these:\n" + string.Join('\n', collector.Spans.TakeLast(60)));
            }

            await Task.Delay(20, CancellationToken.None);
        }
    }

    /// <summary>Waits for a metric.</summary>
    public static async Task EventuallyReportsAsync(this CollectorStandIn collector, string metric)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!collector.Metrics.Contains(metric))
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
