using System.Globalization;
using System.Runtime.InteropServices;
using ImageHub.Benchmarks;
using ImageHub.Testing.Database;

Dictionary<string, Func<Task<List<Row>>>> parts = new(StringComparer.Ordinal)
{
    ["rendering"] = RenderingRows.MeasureAsync,
    ["upload"] = UploadRows.MeasureAsync,
    ["captions"] = UploadRows.MeasureCaptionsAsync,
    ["delivery"] = DeliveryRows.MeasureAsync,
    ["transforms"] = TransformRows.MeasureAsync,
    ["depth"] = DepthRows.MeasureAsync,
    ["start"] = StartRows.MeasureAsync,
    ["observability"] = ObservabilityRows.MeasureAsync,
};
switch (args)
{
    case ["table", .. var names] when names.All(parts.ContainsKey):
        var rows = new List<Row>();
        foreach (var name in names.Length == 0 ? [.. parts.Keys] : names)
        {
            Console.WriteLine($"{name} ...");
            rows.AddRange(await parts[name]());
        }

        Console.WriteLine($"\n{Machine()}\n\n{Row.Print(rows)}");
        return rows.TrueForAll(row => row.Holds) ? 0 : 1;

    case ["curves"]:
        Console.WriteLine(Machine());
        await Curves.MeasureAsync();
        return 0;

    case ["alternates"]:
        Console.WriteLine(Machine());
        await Alternates.MeasureAsync();
        return 0;

    case ["scale", .. var rest] when rest is [] or [_]:
        Console.WriteLine(Machine());
        await Scale.MeasureAsync(rest is [var images] ? int.Parse(images, CultureInfo.InvariantCulture) : 10_000_000);
        return 0;

    case ["timing", .. var rest] when rest is [] or [_]:
        Console.WriteLine(Machine());
        return await Timing.MeasureAsync(rest is [var requests] ? int.Parse(requests, CultureInfo.InvariantCulture) : 2_000) ? 0 : 1;

    case ["baseline", var folder, var database]:
        await Baseline.RunAsync(folder, database);
        return 0;

    case ["thumbnails", .. var rest]:
        await using (var postgres = new PostgresServer())
        {
            return await Thumbnails.MeasureAsync(postgres, rest is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 10_000) ? 0 : 1;
        }

    default:
        await Console.Error.WriteLineAsync($"usage: benchmarks/run.sh [{string.Join("] [", parts.Keys)}], or this program with: curves | alternates | scale [images] | timing [requests] | thumbnails [images]");
        return 2;
}

static string Machine()
{
    var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1];
    var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1_000_000_000;
    return $"{Environment.ProcessorCount} × {model}, {memory} GB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, {DateTime.UtcNow:yyyy-MM-dd}";
}
