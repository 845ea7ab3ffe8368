using System.CommandLine;
using ImageHub.Mutations;

if (args is ["parsers", ..] && !InstrumentedProgram.IsRunning)
{
    return InstrumentedProgram.Run(args);
}

var variants = new Option<long>("--variants") { DefaultValueFactory = _ => 20_000, Description = "The number of damaged files or texts." };
var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1, Description = "Determines the changes." };
var state = new Option<string?>("--state") { Description = "A file with the counts of all sittings so far, with a folder for the corpus beside it." };
var findings = new Option<string>("--findings") { DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "imagehub-findings"), Description = "The folder for files and texts that were not handled as documented." };
var only = new Option<string?>("--only") { Description = "Damages only the seeds whose parser's name starts with this text." };
var file = new Argument<string>("file") { Description = "A file from the folder of findings." };

var parsers = new Command("parsers", "Calls each parser in this process.") { variants, seed, state, findings, only };
parsers.SetAction((parsed, stop) => Task.FromResult(ParserRun.Run(
    new Plan(parsed.GetValue(variants), parsed.GetValue(seed), parsed.GetValue(state), parsed.GetValue(findings)!), parsed.GetValue(only) ?? "", stop)));

var replay = new Command("replay", "Calls the parser that a finding's name starts with, and shows the exception.") { file };
replay.SetAction(parsed => ParserReplay.Run(parsed.GetValue(file)!));

var uploads = new Command("uploads", "Uploads damaged and intact pictures to a server.") { variants, seed, state, findings };
uploads.SetAction((parsed, stop) => UploadRun.RunAsync(
    new Plan(parsed.GetValue(variants), parsed.GetValue(seed), parsed.GetValue(state), parsed.GetValue(findings)!), stop));

// After a signal, the current batch still ends, and the server is stopped.
return await new RootCommand("Damages files and texts, and checks that parsers and a server handle them.") { parsers, replay, uploads }
    .Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(5) });
