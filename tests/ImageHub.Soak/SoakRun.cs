using System.Globalization;
using ImageHub.Soak.Traffic;
using ImageHub.Testing;

namespace ImageHub.Soak;

/// <summary>One soak: measures readers alone and the sustained rate, offers a multiple of that rate for a long time, and judges the results.</summary>
internal static class SoakRun
{
    /// <summary>The maximum median duration of reads under load, as a multiple of the median without load.</summary>
    private const double MaxSlower = 3;

    /// <summary>The maximum share of reads that are refused, or that request a photo that has just been deleted.</summary>
    private const double MaxRefused = 0.01;

    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RemovalInterval = TimeSpan.FromSeconds(2);

    /// <summary>Makes a soak.</summary>
    /// <returns>The violated expectations; empty if all of them hold.</returns>
    public static async Task<IReadOnlyList<string>> MakeAsync(Plan plan, TextWriter output, CancellationToken stop)
    {
        await using var server = NewServer(plan.Folder);

        // High account limits, so that only the server's capacity limits the load.
        server.Environment["Throttles__Uploads__Burst"] = "10000000";
        server.Environment["Throttles__Uploads__PerMinute"] = "10000000";
        using var signedIn = await server.StartAndSignInAsync();
        output.WriteLine("Filling the gallery ...");
        using var gallery = await Gallery.CreateAsync(signedIn);
        var load = new Load(gallery, plan.Seed);

        // A server is slower in its first minute, until the runtime has optimized the hot methods.
        await load.MeasureSustainedAsync(new Answers(), plan.Calibration, stop);
        await load.ReadAloneAsync(new Answers(), plan.Calibration, stop);
        var alone = new Answers();
        await load.ReadAloneAsync(alone, plan.Calibration, stop);
        output.WriteLine("Readers alone:");
        alone.Write(output);

        var sustained = new Answers();
        var rate = plan.Rate ?? await load.MeasureSustainedAsync(sustained, plan.Calibration, stop);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Sustained: {rate:0.0} actions a second"));
        sustained.Write(output);

        var loaded = new Answers();
        var filled = gallery.Ledger.Count;
        var gauges = new Gauges(server);
        await OfferAsync();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"Load: {plan.Load * rate:0.0} actions a second offered for {plan.Duration.TotalMinutes:0.0} minutes; {load.NotBegun:N0} not begun, because 64 of their kind were in progress"));
        loaded.Write(output);
        var growing = gauges.FindGrowing(output);

        await gallery.Admin.EventuallyReadyAsync();
        var differences = await Comparison.CompareAsync(gallery);
        if (gallery.Ledger.Count == filled || Visits.Kinds.Any(kind => loaded[kind].Count == 0))
        {
            differences = [.. differences, "no upload or no read succeeded"];
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{gallery.Ledger.Sent:N0} files sent, {gallery.Ledger.Count:N0} acknowledged ones exist and were compared"));
        return
        [
            .. alone.Findings, .. sustained.Findings, .. loaded.Findings, .. differences,
            .. FindErrors(server),
            .. plan.IsMeasured ? [.. growing, .. FindSlower(alone, loaded, output)] : (IReadOnlyList<string>)[],
        ];

        async Task OfferAsync()
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var beside = Task.WhenAll(
                Nuisances.RunAsync(gallery, new Random(plan.Seed), ended.Token),
                RepeatAsync(RemovalInterval, () => Curation.RemoveOldAsync(gallery, loaded, new Random(plan.Seed)), ended.Token),
                RepeatAsync(ProgressInterval, ReportAsync, ended.Token),
                gauges.SampleAsync(ended.Token));
            await load.OfferAsync(loaded, plan.Load * rate, plan.Duration, stop);
            await ended.CancelAsync();
            await beside;
        }

        Task ReportAsync()
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{DateTime.Now:HH:mm:ss}  {gallery.Ledger.Sent:N0} files sent, {gallery.Ledger.Count:N0} photos, {server.ResidentBytes() / 1e6:0} MB, {loaded.Findings.Count} findings"));
            return Task.CompletedTask;
        }
    }

    /// <summary>Measures how much one visitor can slow down another visitor.</summary>
    /// <param name="folder">The folder in which the data directory is created.</param>
    /// <param name="duration">The time for each resource.</param>
    /// <param name="only">Measures only resources with this text in their names.</param>
    /// <param name="output">Receives the results.</param>
    /// <param name="stop">Cancels the measurement.</param>
    /// <returns>The violated expectations.</returns>
    public static async Task<IReadOnlyList<string>> MeasureGreedAsync(string folder, TimeSpan duration, string only, TextWriter output, CancellationToken stop)
    {
        await using var server = NewServer(folder);
        using var signedIn = await server.StartAndSignInAsync();
        using var gallery = await Gallery.CreateAsync(signedIn);
        var load = new Load(gallery, seed: 1);
        await load.ReadAloneAsync(new Answers(), duration, stop);
        var findings = await new Greed(gallery, load, server, duration, only, output).MeasureAsync(stop);
        return [.. findings, .. FindErrors(server)];
    }

    private static ImageHubProcess NewServer(string folder) => new(Directory.CreateDirectory(Path.Combine(folder, $"imagehub-soak-{Guid.NewGuid():n}")).FullName)
    {
        Environment =
        {
            ["ForwardedHeaders__KnownProxies"] = "127.0.0.1",
            ["Jwt__AccessTokenSeconds"] = "86400",
            ["Logging__LogLevel__Default"] = "Warning",
        },
    };

    private static IEnumerable<string> FindErrors(ImageHubProcess server) => server.Output.Split('\n')
        .Where(line => line.Contains("fail: ", StringComparison.Ordinal) || line.Contains("crit: ", StringComparison.Ordinal))
        .Select(line => $"logged: {line.Trim()}");

    private static List<string> FindSlower(Answers alone, Answers loaded, TextWriter output)
    {
        var slower = new List<string>();
        foreach (var kind in Visits.Kinds)
        {
            if (loaded.FindShareRefused(kind) is > MaxRefused and var refused)
            {
                slower.Add($"{kind}: {refused:P1} refused");
            }

            var ratio = loaded[kind].FindQuantile(0.5) / alone[kind].FindQuantile(0.5);
            var line = string.Create(CultureInfo.InvariantCulture, $"{kind}: the median under load is {ratio:0.0} times the one alone, p95 {loaded[kind].FindQuantile(0.95) / alone[kind].FindQuantile(0.95):0.0} times");
            output.WriteLine($"  {line}");
            if (ratio > MaxSlower)
            {
                slower.Add(line);
            }
        }

        return slower;
    }

    private static async Task RepeatAsync(TimeSpan interval, Func<Task> act, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await act();
            await Task.WhenAny(Task.Delay(interval, end));
        }
    }
}
