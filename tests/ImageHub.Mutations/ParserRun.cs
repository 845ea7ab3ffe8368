using System.Diagnostics;
using ImageHub.Application.Errors;
using ImageHub.Mutations.Targets;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Mutations;

namespace ImageHub.Mutations;

/// <summary>Calls the parsers with damaged files and texts, one after the other, and reports calls that fail, take long or allocate much.</summary>
internal sealed class ParserRun : IDisposable
{
    /// <summary>The maximum time of a call; a slower call is a finding.</summary>
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(1);

    private const long MaxAllocatedBytes = 64 << 20;

    /// <summary>The time after which a running call is reported as endless, and the program ends.</summary>
    private static readonly TimeSpan Endless = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(30);

    private readonly Plan plan;
    private readonly string folder = TemporaryFolders.Create();
    private readonly Scratch scratch;
    private readonly Findings findings;
    private readonly List<Subject> subjects;
    private readonly Coverage coverage = new();
    private readonly Dictionary<string, long> variants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> results = new(StringComparer.Ordinal);
    private readonly Timer watchdog;
    private long callBegan;
    private TimeSpan slowest;
    private long mostBytes;

    private ParserRun(Plan plan, string only)
    {
        this.plan = plan;
        findings = new Findings(plan.Findings);
        scratch = new Scratch(Path.Combine(folder, "variant"));
        subjects = [.. AllTargets.Create(scratch).Where(target => target.Name.StartsWith(only, StringComparison.Ordinal))
            .Select(target => new Subject(target, new Mutator(target.Tokens), new Corpus(target.Seeds, plan.FindCorpusFolder(target.Name))))];
        watchdog = new Timer(_ => EndIfEndless(), null, Endless, TimeSpan.FromSeconds(1));
    }

    /// <summary>Makes a sitting.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="only">The start of the parsers' names; empty for all.</param>
    /// <param name="stop">Cancels the sitting.</param>
    /// <returns>The exit code: 0 if all variants were handled as documented.</returns>
    public static int Run(Plan plan, string only, CancellationToken stop)
    {
        TemporaryFolders.Sweep();
        using var run = new ParserRun(plan, only);
        var counts = run.Make(SittingFile.Read<Counts>(plan.State), stop);
        Console.WriteLine(FormattableString.Invariant($"{run.coverage.Count} pairs of branches, {run.subjects.Sum(subject => subject.Corpus.Entries.Count)} files and texts in the corpus"));
        Console.WriteLine(counts);
        return run.findings.Count == 0 ? 0 : 1;
    }

    public void Dispose()
    {
        watchdog.Dispose();
        scratch.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private Counts Make(Counts before, CancellationToken stop)
    {
        foreach (var subject in subjects)
        {
            foreach (var entry in subject.Corpus.Entries)
            {
                // The first call runs static initializers, whose branches no variant can take again.
                Call(subject.Target, entry);
                Coverage.Reset();
                Call(subject.Target, entry);
                _ = coverage.Add();
            }
        }

        var counts = before;
        var clock = Stopwatch.StartNew();
        var reported = clock.Elapsed;
        for (var number = before.Variants; number < before.Variants + plan.Variants && !stop.IsCancellationRequested; number++)
        {
            MakeVariant(subjects[(int)(number % subjects.Count)], plan.RandomFor(number));
            if (clock.Elapsed - reported > ReportInterval)
            {
                reported = clock.Elapsed;
                counts = Save(before);
                Console.WriteLine(FormattableString.Invariant(
                    $"{clock.Elapsed.TotalSeconds,7:0} s  {counts}; {coverage.Count} pairs of branches, {subjects.Sum(subject => subject.Corpus.Entries.Count)} in the corpus"));
            }
        }

        return Save(before);
    }

    private Counts Save(Counts before)
    {
        var counts = before.Add(new Counts
        {
            Variants = variants.Values.Sum(),
            Of = variants,
            Results = results,
            Findings = findings.Count,
            SlowestSeconds = slowest.TotalSeconds,
            MostMegabytes = mostBytes / 1e6,
        });
        if (plan.State is not null)
        {
            SittingFile.Write(plan.State, counts);
        }

        return counts;
    }

    private void MakeVariant(Subject subject, Random random)
    {
        var variant = subject.Mutator.Mutate(subject.Corpus.Pick(random), subject.Corpus.Pick(random), random);
        Coverage.Reset();
        var result = $"{subject.Target.Name} {Call(subject.Target, variant)}";
        if (coverage.Add())
        {
            subject.Corpus.Add(variant);
        }

        variants[subject.Target.Name] = variants.GetValueOrDefault(subject.Target.Name) + 1;
        results[result] = results.GetValueOrDefault(result) + 1;
    }

    /// <returns>The result: <c>accepted</c>, the problem's code, or the name of an exception.</returns>
    private string Call(Target target, byte[] variant)
    {
        scratch.Write(variant);
        var (result, time, bytes) = Measure(target, variant);

        // Other processes may have used the processor meanwhile, so repetitions are measured in this process's processor time.
        for (var repeated = 0; repeated < 3 && time > MaxTime; repeated++)
        {
            var used = Environment.CpuUsage.TotalTime;
            Measure(target, variant);
            used = Environment.CpuUsage.TotalTime - used;
            time = used < time ? used : time;
        }

        slowest = time > slowest ? time : slowest;
        mostBytes = Math.Max(mostBytes, bytes);
        if (time > MaxTime)
        {
            findings.Add(target.Name, "time", FormattableString.Invariant($"took {time.TotalSeconds:0.0} s"), variant);
        }

        if (bytes > MaxAllocatedBytes)
        {
            findings.Add(target.Name, "memory", FormattableString.Invariant($"allocated {bytes / 1e6:0} MB"), variant);
        }

        return result;
    }

    private (string Result, TimeSpan Time, long Bytes) Measure(Target target, byte[] variant)
    {
        var bytes = GC.GetAllocatedBytesForCurrentThread();
        var began = Stopwatch.GetTimestamp();
        Volatile.Write(ref callBegan, began);
        var result = "accepted";
        try
        {
            target.Parse(variant);
        }
        catch (ProblemException problem) when (target.Refusals.Contains(problem.Problem))
        {
            result = problem.Problem.Code;
        }
        catch (Exception exception)
        {
            result = exception.GetType().Name;
            var origin = new StackTrace(exception).GetFrame(0)?.GetMethod();
            findings.Add(target.Name, $"{result} in {origin?.DeclaringType}.{origin?.Name}", exception.ToString(), variant);
        }

        Volatile.Write(ref callBegan, 0);
        return (result, Stopwatch.GetElapsedTime(began), GC.GetAllocatedBytesForCurrentThread() - bytes);
    }

    private void EndIfEndless()
    {
        var began = Volatile.Read(ref callBegan);
        if (began != 0 && Stopwatch.GetElapsedTime(began) > Endless)
        {
            findings.Add("endless", "time", $"a parser has not returned for {Endless.TotalSeconds} s", File.ReadAllBytes(scratch.Path));
            Environment.Exit(1);
        }
    }

    private sealed record Subject(Target Target, Mutator Mutator, Corpus Corpus);
}
