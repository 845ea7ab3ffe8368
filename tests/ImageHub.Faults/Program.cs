using System.CommandLine;
using System.Diagnostics;
using ImageHub.Faults;
using ImageHub.Testing;
using ImageHub.Testing.Database;

if (args is [PointServer.Argument])
{
    return await PointServer.RunAsync();
}

var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "The first seed. With a state file, continues after its last seed." };
var runs = new Option<int>("--runs") { DefaultValueFactory = _ => 20, Description = "The number of runs." };
var replay = new Option<int?>("--replay") { Description = "Makes the run of one seed and shows its steps." };
var state = new Option<string?>("--state") { Description = "A file with the counts of all sittings so far." };
var limit = new Option<double>("--limit") { DefaultValueFactory = _ => 30, Description = "The seconds within which a restarted server must be consistent." };
var power = new Option<bool>("--power") { Description = "Ends each run with a power cut: what was not flushed to the disk is lost. Linux only, as root." };
var troubles = new Option<bool>("--troubles") { Description = "Disturbs the store, the disk or the clock for a while. A full or read-only disk needs Linux and root." };
var pairs = new Option<bool>("--pairs") { Description = "Sends the requests in turns to two servers on one database and one store. A full or read-only disk needs Linux and root." };
var root = new RootCommand("Kills servers while clients change their galleries, restarts them, and compares them with a model.") { seed, runs, replay, state, limit, power, troubles, pairs };
root.SetAction(async (parsed, stop) =>
{
    TemporaryFolders.Sweep();
    var path = parsed.GetValue(state);
    var kind = parsed.GetValue(power) ? RunKind.Power : parsed.GetValue(troubles) ? RunKind.Troubles : parsed.GetValue(pairs) ? RunKind.Pairs : RunKind.Kills;
    var only = parsed.GetValue(replay);
    var sittings = SittingFile.Read<Sittings>(path);
    var first = only ?? sittings.NextSeed ?? parsed.GetValue(seed);
    var count = only is null ? parsed.GetValue(runs) : 1;
    var time = Stopwatch.StartNew();
    var failures = 0;
    await using var sites = new Sites(TimeSpan.FromSeconds(parsed.GetValue(limit)));
    for (var number = first; number < first + count && !stop.IsCancellationRequested; number++)
    {
        var plan = Plan.From(number, kind);
        var result = await sites.MakeAsync(plan, line =>
        {
            if (only is not null)
            {
                Console.WriteLine(FormattableString.Invariant($"{time.Elapsed.TotalSeconds,7:0.0} s  {line}"));
            }
        });
        sittings = sittings.With(result);
        if (path is not null)
        {
            SittingFile.Write(path, sittings);
        }

        Console.WriteLine(FormattableString.Invariant(
            $"{time.Elapsed.TotalSeconds,7:0.0} s  seed {number}: {plan}: {result.Acknowledged} acknowledged, consistent after {result.Consistent.TotalSeconds:0.0} s{(result.Differences.Count == 0 ? "" : ", FAILED")}"));
        failures += result.Differences.Count == 0 ? 0 : 1;
        foreach (var difference in result.Differences)
        {
            Console.WriteLine($"    {difference}");
        }

        if (result.Differences.Count > 0)
        {
            Console.WriteLine($"    again: dotnet run -c Release --project tests/ImageHub.Faults -- --replay {number}{kind switch { RunKind.Power => " --power", RunKind.Troubles => " --troubles", RunKind.Pairs => " --pairs", _ => "" }}");
        }
    }

    Console.WriteLine(sittings);
    return failures == 0 ? 0 : 1;
});

// After a signal, the current run still ends and stops its servers.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
