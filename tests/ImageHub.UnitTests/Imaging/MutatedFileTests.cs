using System.Collections.Concurrent;
using System.Diagnostics;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing.Images;
using ImageHub.Testing.Mutations;
using Microsoft.Extensions.Logging;

namespace ImageHub.UnitTests.Imaging;

/// <summary>Randomly damaged files of all formats in the real renderer: each is rendered or rejected within the limit of processor time, even if a worker crashes.</summary>
public sealed class MutatedFileTests
{
    private static readonly Problem[] Refusals = [Problems.UnsupportedFormat, Problems.CorruptImage, Problems.TooComplex];

    private static readonly Mutator Mutator = new([]);

    [Fact]
    public Task A_thousand_damaged_files_are_rendered_or_refused() => DecideAsync(firstSeed: 1, count: 1_000);

    /// <summary>A longer run: <c>-explicit only -class '*MutatedFileTests'</c>.</summary>
    [Fact(Explicit = true)]
    public Task Ten_thousand_more_are_rendered_or_refused() => DecideAsync(firstSeed: 1_001, count: 10_000);

    private static async Task DecideAsync(int firstSeed, int count)
    {
        var originals = PictureSeeds.Make();
        var log = new WarningLog();
        // The wall-clock limits are long, because the machine may be busy.
        await using var workers = new WorkerRenderer(log: log, clockFactor: 600);
        await workers.Renderer.StartAsync(CancellationToken.None);
        var (rendered, slowest) = (0, TimeSpan.Zero);
        var failures = new List<string>();
        await Parallel.ForAsync(firstSeed, firstSeed + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (seed, cancellationToken) =>
        {
            var (name, damaged) = Mutate(originals, new Random(seed));
            var began = Stopwatch.GetTimestamp();
            var (outcome, isDecided) = await RenderAsync(workers, seed, damaged, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(began);
            lock (failures)
            {
                rendered += outcome is null ? 1 : 0;
                slowest = elapsed > slowest ? elapsed : slowest;
                if (!isDecided)
                {
                    failures.Add($"seed {seed} ({name}, {damaged.Length} bytes, {elapsed.TotalSeconds:f1} s): {outcome}");
                }
            }
        });

        failures.ShouldBeEmpty();
        rendered.ShouldBeInRange(count / 20, count * 19 / 20);
        TestContext.Current.TestOutputHelper!.WriteLine($"{rendered} of {count} rendered, the slowest took {slowest.TotalSeconds:f1} s; workers broke down {log.Warnings.Count} times. {string.Join(' ', log.Warnings)}");
    }

    /// <returns>The error message (null if the file is rendered), and whether the result is a valid answer to an upload.</returns>
    private static async Task<(string? Outcome, bool IsDecided)> RenderAsync(WorkerRenderer workers, int seed, byte[] file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(workers.Folder, $"{seed}");
        await File.WriteAllBytesAsync(path, file, cancellationToken);
        try
        {
            var request = new RenderRequest(
                path, RenderAccounts.Admins, new(new Box(1400, 1050), path + "-high"), new(new Box(720, 540), path + "-medium"), new(new Box(360, 230), path + "-low"), path + "-full");
            await workers.Renderer.RenderAsync(request, cancellationToken);
            return (null, true);
        }
        catch (ProblemException exception)
        {
            return (exception.Message, Refusals.Contains(exception.Problem));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return (exception.ToString(), false);
        }
        finally
        {
            foreach (var made in new[] { "", "-high", "-medium", "-low", "-full" })
            {
                File.Delete(path + made);
            }
        }
    }

    private static (string Name, byte[] File) Mutate(IReadOnlyList<(string Name, byte[] File)> originals, Random random)
    {
        var (name, file) = originals[random.Next(originals.Count)];
        return (name, Mutator.Mutate(file, originals[random.Next(originals.Count)].File, random));
    }

    /// <summary>Collects the renderer's warnings, such as those about crashed workers.</summary>
    private sealed class WarningLog : ILogger<WorkerDispatcher>
    {
        internal ConcurrentBag<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
