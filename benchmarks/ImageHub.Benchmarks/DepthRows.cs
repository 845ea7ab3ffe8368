using ImageHub.Testing.Database;

namespace ImageHub.Benchmarks;

/// <summary>The cost of cursor pages at any depth: for a million images and for ten thousand, with and without a session.</summary>
internal static class DepthRows
{
    private const int Large = 1_000_000;
    private const int Small = 10_000;
    private const int Rounds = 5;
    private const int Requests = 1_000;

    public static async Task<List<Row>> MeasureAsync()
    {
        await using var postgres = new PostgresServer();
        await using var large = await Filled.StartAsync(await postgres.CreateDatabaseAsync(), Large);
        await using var small = await Filled.StartAsync(await postgres.CreateDatabaseAsync(), Small);
        List<Row> rows = [];
        foreach (var ((name, deep), (_, shallow)) in (await large.FindPagesAsync()).Zip(await small.FindPagesAsync()))
        {
            Row size = new($"{name} at any depth, {Large:n0} images in {Large / Filled.GroupSize:n0} groups", "ms, 99th percentile", $"{Small:n0} images", 1.2) { IsAtMost = true };
            Row session = new($"{name}, with a session", "ms, 99th percentile", "without", 1.5) { IsAtMost = true };
            for (var round = 0; round <= Rounds; round++)
            {
                var times = new List<double>[] { [], [], [] };
                for (var request = 0; request < Requests; request++)
                {
                    times[0].Add(await Filled.TimeAsync(large.Visitor, deep[request % deep.Length]));
                    times[1].Add(await Filled.TimeAsync(small.Visitor, shallow[request % shallow.Length]));
                    times[2].Add(await Filled.TimeAsync(large.Admin, deep[request % deep.Length]));
                }

                // The first round warms up the JIT compiler.
                if (round > 0)
                {
                    size.Ours.Add(Filled.Percentile(times[0]));
                    size.Theirs.Add(Filled.Percentile(times[1]));
                    session.Ours.Add(Filled.Percentile(times[2]));
                    session.Theirs.Add(Filled.Percentile(times[0]));
                }
            }

            rows.AddRange([size, session]);
        }

        return rows;
    }
}
