using System.Globalization;

namespace ImageHub.Benchmarks;

/// <summary>Rendering photographs to their sizes: with two render workers, sharp, Pillow, and the workers' code on two threads of one process.</summary>
internal static class RenderingRows
{
    private const int Rounds = 5;

    public static async Task<List<Row>> MeasureAsync()
    {
        using var photos = await Photos.MakeAsync();
        await using var renderer = new Renderer();
        List<Row> rows = [];
        foreach (var (name, sources) in new[]
        {
            ("6 MP", Enumerable.Repeat(photos.Small, 4).SelectMany(all => all).ToArray()),
            ("24 MP", Enumerable.Repeat(photos.Large, 3).SelectMany(all => all).ToArray()),
        })
        {
            var what = $"rendering photographs of {name}";
            Row sharp = new(what, "photos/s", "npm `sharp`, two pipelines", 1.7), sameSizes = new(what, "photos/s", "npm `sharp`, a pipeline for each of the three sizes", 1.7);
            Row pillow = new(what, "photos/s", "Pillow, two processes", 7);
            Row threads = new(what + ", by workers", "photos/s", "two threads of one process", 1.2);
            for (var round = 0; round < Rounds; round++)
            {
                var ours = await renderer.RateByWorkersAsync(sources);
                sharp.Theirs.Add(await PeerAsync("node", "sharp.mjs", ["high,low"], 2, sources));
                sameSizes.Theirs.Add(await PeerAsync("node", "sharp.mjs", ["high,medium,low"], 3, sources));
                pillow.Theirs.Add(await PeerAsync(Photos.Python, "pillow.py", ["render"], 2, sources));
                threads.Theirs.Add(await renderer.RateByThreadsAsync(sources));
                foreach (var row in (Row[])[sharp, sameSizes, pillow, threads])
                {
                    row.Ours.Add(ours);
                }
            }

            rows.AddRange([sharp, sameSizes, pillow, threads]);
        }

        return rows;
    }

    private static async Task<double> PeerAsync(string program, string script, string[] command, int sizes, string[] sources)
    {
        var made = Tools.NewFolder();
        try
        {
            var output = await Tools.RunAsync(program, [Path.Combine(Tools.Peers, script), .. command, made, .. sources]);
            var files = Directory.GetFiles(made);
            return files.Length == sizes * sources.Length && Array.TrueForAll(files, file => new FileInfo(file).Length > 1_000)
                ? double.Parse(output, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"{script} made {files.Length} files from {sources.Length} photos.");
        }
        finally
        {
            Directory.Delete(made, recursive: true);
        }
    }
}
