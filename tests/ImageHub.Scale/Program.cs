using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using ImageHub.Scale;
using Shouldly;

// Runs three instances behind nginx, makes parts of the deployment fail under load, and reports the effects on visitors and uploaders.
// `tests/scale/run.sh` installs the required programs. The exit code is 0 if all requirements hold.
var folder = Directory.CreateTempSubdirectory("scale-").FullName;
await Programs.RunAsync("chmod", "755", folder);
var failures = new List<string>();
var deployment = new Deployment(folder);
try
{
    await RunAsync();
}
catch (Exception exception)
{
    failures.Add(exception.ToString());
}

await deployment.WriteLogsAsync();
await deployment.DisposeAsync();
foreach (var failure in failures)
{
    Console.WriteLine($"FAILED: {failure}");
}

if (failures.Count == 0)
{
    Directory.Delete(folder, recursive: true);
    Console.WriteLine("All requirements hold.");
    return 0;
}

Console.WriteLine($"The logs are in {folder}.");
return 1;

async Task RunAsync()
{
    Say($"Starting {(await PostgresPair.VersionAsync()).Trim()} with a standby, {(await Radosgw.VersionAsync()).Trim()}, Redis, nginx and three instances ...");
    await deployment.StartAsync();
    var processes = deployment.Instances.ToDictionary(instance => instance.Number, instance => instance.Program.ProcessId);

    Console.WriteLine();
    Console.WriteLine("| without failures | result |");
    Console.WriteLine("|---|---|");
    var checks = new Checks([.. deployment.Instances]);
    await CheckAsync("main job", checks.MainJobAsync);
    await CheckAsync("tus that continues elsewhere", checks.TusAsync);
    await CheckAsync("revoked link", checks.LinksAsync);
    await CheckAsync("cached answers", checks.KeptAnswersAsync);
    await CheckAsync("rate limits", checks.RateLimitsAsync);
    await CheckAsync("jobs", checks.JobsAsync);
    Console.WriteLine();

    using var load = new Load();
    await load.StartAsync(deployment.Instances[0].Admin);
    var phases = new List<Phase>();

    await PhaseAsync(new Phase("no failure"), async _ => await PauseAsync(20));
    await PhaseAsync(new Phase("one instance killed, another added 10 s later") { LosesInstance = true }, async phase =>
    {
        await deployment.KillAsync(deployment.Instances[1]);
        phase.Mark();
        await PauseAsync(10);
        var added = await deployment.AddAsync(4);
        processes[added.Number] = added.Program.ProcessId;
        await PauseAsync(10);
        Require(phase.Visitors.By(added.Address) > 0, "nginx sent visitors to the added instance");
    });
    await PhaseAsync(new Phase("primary killed, standby promoted 5 s later"), async phase =>
    {
        await deployment.Postgres.KillPrimaryAsync();
        await PauseAsync(5);
        await PostgresPair.PromoteStandbyAsync();
        phase.Mark();
        await PauseAsync(20);
    });
    await PhaseAsync(new Phase("S3 answers 503 for 15 s"), phase => StoreAsync(phase, StoreState.Unavailable));
    await PhaseAsync(new Phase("S3 slow for 15 s (10 requests a second, 100 kB/s each)"), phase => StoreAsync(phase, StoreState.Slow));
    await PhaseAsync(new Phase("Redis gone for 15 s"), async phase =>
    {
        await deployment.Redis.KillAsync();
        phase.Mark();
        await PauseAsync(15);
        await deployment.Redis.StartAsync();
        await PauseAsync(10);
    });
    await load.EndAsync();

    Print(phases);
    foreach (var phase in phases)
    {
        foreach (var wrong in phase.Visitors.Wrong.Concat(phase.Uploads.Wrong).Distinct())
        {
            failures.Add($"{phase.Name}: {wrong}");
        }

        Require(phase.LosesInstance || phase.Visitors[Outcome.Broken] + phase.Uploads[Outcome.Broken] == 0, $"no broken connections: {phase.Name}");
        Require(phase.Uploads.Recovery is not null || phase == phases[0], $"uploads succeeded again: {phase.Name}");
        Require(phase.Visitors.Recovery is not null || phase == phases[0], $"visitors were answered again: {phase.Name}");
    }

    await ReadyAsync();
    await CompareAsync(load.Acknowledged);
    await JobsGoOnAsync();
    foreach (var instance in deployment.Instances)
    {
        using var process = Process.GetProcessById(instance.Program.ProcessId);
        Require(processes[instance.Number] == process.Id && !process.HasExited, $"instance {instance.Number} was not restarted");
    }

    async Task CheckAsync(string name, Func<Task<string>> check)
    {
        try
        {
            Console.WriteLine($"| {name} | {await check()} |");
        }
        catch (ShouldAssertException failure)
        {
            failures.Add($"{name}: {failure.Message}");
        }
    }

    async Task PhaseAsync(Phase phase, Func<Phase, Task> work)
    {
        Say($"{phase.Name} ...");
        phases.Add(phase);
        await load.RunAsync(phase, () => work(phase));
    }

    async Task StoreAsync(Phase phase, StoreState state)
    {
        await deployment.SetStoreAsync(state);
        await PauseAsync(15);
        await deployment.SetStoreAsync(StoreState.Well);
        phase.Mark();
        await PauseAsync(15);
    }
}

void Print(List<Phase> phases)
{
    PrintTable("visitors", "requests", phases, phase => phase.Visitors, counts => counts.Requests, "answered");
    PrintTable("uploaders", "files", phases, phase => phase.Uploads, counts => counts.Files, "acknowledged");
}

void PrintTable(string clients, string what, List<Phase> phases, Func<Phase, Counts> choose, Func<Counts, int> count, string success)
{
    Console.WriteLine();
    Console.WriteLine($"| {clients}: phase | seconds | {what} | stale | 503 | broken | longest wait | {success} again after |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    foreach (var phase in phases)
    {
        var counts = choose(phase);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {phase.Name} | {phase.Duration.TotalSeconds:0} | {count(counts):N0} | {counts.Stale} | {counts[Outcome.Refused]} | {counts[Outcome.Broken]} | {Seconds(counts.LongestGap)} | {Seconds(counts.Recovery)} |"));
    }

    Console.WriteLine();
}

async Task ReadyAsync()
{
    foreach (var instance in deployment.Instances)
    {
        await Programs.UntilAsync($"instance {instance.Number} is ready", async () => (await instance.Admin.GetStringAsync("/health/ready")).Contains("\"status\":\"ok\"", StringComparison.Ordinal));
    }
}

async Task CompareAsync(Acknowledged acknowledged)
{
    var compared = 0;
    foreach (var instance in deployment.Instances)
    {
        await Parallel.ForEachAsync(acknowledged.Files, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (file, cancellationToken) =>
        {
            using var answer = await instance.Admin.GetAsync($"/api/v1/images/{file.Key}/original", cancellationToken);
            if (answer.IsSuccessStatusCode && Convert.ToHexString(SHA256.HashData(await answer.Content.ReadAsByteArrayAsync(cancellationToken))) == file.Value)
            {
                Interlocked.Increment(ref compared);
            }
        });
    }

    var expected = acknowledged.Files.Count * deployment.Instances.Count;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"Acknowledged files: {acknowledged.Files.Count}. Downloads of these files from each of {deployment.Instances.Count} instances with the SHA-256 of what was sent: {compared} of {expected}."));
    Require(acknowledged.Files.Count > 0 && compared == expected, "nothing acknowledged is lost");
}

async Task JobsGoOnAsync()
{
    var before = await SumAsync();
    await Programs.UntilAsync("jobs run after all failures", async () => await SumAsync() > before);

    async Task<long> SumAsync()
    {
        long runs = 0;
        foreach (var instance in deployment.Instances)
        {
            runs += await Checks.CountRunsAsync(instance);
        }

        return runs;
    }
}

void Require(bool holds, string condition)
{
    if (!holds)
    {
        failures.Add($"requirement violated: {condition}");
    }
}

static Task PauseAsync(int seconds) => Task.Delay(TimeSpan.FromSeconds(seconds));

static string Seconds(TimeSpan? time) => time is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.TotalSeconds:0.0} s") : "–";

static void Say(string text) => Console.Error.WriteLine(text);
