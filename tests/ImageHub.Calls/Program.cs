using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ImageHub.Calls;
using ImageHub.Testing.Database;

var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "The seed of the calls." };
var requests = new Option<int>("--requests") { DefaultValueFactory = _ => 20_000, Description = "The number of calls." };
var parallel = new Option<int>("--parallel") { DefaultValueFactory = _ => 4, Description = "The number of calls at a time." };
var slow = new Option<double>("--slow") { DefaultValueFactory = _ => 10, Description = "The seconds from which an answer is a finding." };
var root = new RootCommand("Sends calls that are generated from the OpenAPI document, valid and broken ones, and compares the answers with the document.") { seed, requests, parallel, slow };
root.SetAction(async (parsed, stop) =>
{
    TemporaryFolders.Sweep();
    var time = Stopwatch.StartNew();
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    var run = new Run(parsed.GetValue(seed), parsed.GetValue(requests), parsed.GetValue(parallel), TimeSpan.FromSeconds(parsed.GetValue(slow)));
    var (calls, findings) = await run.MakeAsync(stop);
    findings.Write(Console.Out);
    Console.WriteLine(findings.Coverage());
    Console.WriteLine($"answers: {findings.Statuses()}");
    Console.WriteLine($"seed {parsed.GetValue(seed)}: {calls} calls in {time.Elapsed.TotalSeconds:0} s, {findings.Count} findings");
    return findings.Count == 0 ? 0 : 1;
});

return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
