using System.CommandLine;
using System.Globalization;
using ImageHub.Soak;
using ImageHub.Testing.Database;

var minutes = new Option<double>("--minutes") { DefaultValueFactory = _ => 60, Description = "The duration of the load in minutes." };
var load = new Option<double>("--load") { DefaultValueFactory = _ => 2, Description = "The offered load, as a multiple of the rate that the server sustains." };
var rate = new Option<double?>("--rate") { Description = "The rate that the server sustains, in actions per second; measured if absent." };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "The seed of the clients' choices." };
var folder = new Option<string>("--folder") { DefaultValueFactory = _ => Path.GetTempPath(), Description = "The folder in which the data directory is created." };
var root = new RootCommand("Puts a server under more load than it sustains, and checks that it refuses the rest, levels off, answers readers and loses nothing.") { minutes, load, rate, seed, folder };
root.SetAction(async (parsed, stop) =>
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    TemporaryFolders.Sweep();
    var plan = new Plan(TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(load), parsed.GetValue(rate), parsed.GetValue(seed), parsed.GetValue(folder)!);
    var findings = await SoakRun.MakeAsync(plan, Console.Out, stop);
    return Report($"{parsed.GetValue(minutes):0.##} minutes", findings);
});

var seconds = new Option<double>("--seconds") { DefaultValueFactory = _ => 20, Description = "The time for each resource in seconds." };
var only = new Option<string>("--only") { DefaultValueFactory = _ => "", Description = "Measures only resources with this text in their names." };
var greed = new Command("greed", "Measures what one greedy visitor gets of each resource, and how much slower another visitor's pages become.") { seconds, only, folder };
greed.SetAction(async (parsed, stop) =>
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    TemporaryFolders.Sweep();
    return Report("greed", await SoakRun.MeasureGreedAsync(parsed.GetValue(folder)!, TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(only)!, Console.Out, stop));
});
root.Add(greed);

return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });

static int Report(string run, IReadOnlyList<string> findings)
{
    foreach (var finding in findings)
    {
        Console.WriteLine($"FOUND: {finding}");
    }

    Console.WriteLine($"{run}, {findings.Count} findings");
    return findings.Count == 0 ? 0 : 1;
}
