using System.ComponentModel;
using ImageHub.Application.Imaging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>The workers of one program. They are started on demand, reused, and stopped after a minute without work. The queue limits their number.</summary>
/// <param name="program">The program.</param>
/// <param name="newFolder">Creates a folder for a worker.</param>
/// <param name="clock">Measures idle time.</param>
/// <param name="logger">The logger for starts and for the workers' standard error.</param>
internal sealed class WorkerPool(WorkerProgram program, Func<string> newFolder, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly Stack<WorkerProcess> idle = new();
    private readonly bool dropsRoot = OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && program.IsReadableByAnybody();
    private ITimer? sweeper;
    private bool isDisposed;

    /// <summary>The program of the workers.</summary>
    internal WorkerProgram Program => program;

    /// <summary>Whether workers would run as root, because no other account can read the program.</summary>
    internal bool StaysRoot => OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && !dropsRoot;

    /// <summary>The number of idle workers.</summary>
    internal int IdleCount
    {
        get
        {
            lock (gate)
            {
                return idle.Count;
            }
        }
    }

    /// <summary>Takes an idle or a new worker for exclusive use.</summary>
    /// <exception cref="OptionsValidationException">The worker reports that it cannot start, for example because libvips cannot be loaded.</exception>
    /// <exception cref="InvalidOperationException">The process does not start within 30 seconds.</exception>
    internal async Task<WorkerProcess> TakeAsync(CancellationToken cancellationToken)
    {
        while (TryTakeIdle() is { } waiting)
        {
            if (!waiting.HasEnded)
            {
                return waiting;
            }

            waiting.End = WorkerEnd.Crashed;
            await waiting.DisposeAsync();
        }

        return await StartAsync(cancellationToken);
    }

    /// <summary>Starts a new worker.</summary>
    /// <exception cref="OptionsValidationException">The worker reports that it cannot start, for example because libvips cannot be loaded.</exception>
    /// <exception cref="InvalidOperationException">The process does not start within 30 seconds.</exception>
    internal async Task<WorkerProcess> StartAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        WorkerProcess worker;
        try
        {
            worker = await WorkerProcess.StartAsync(program, new WorkerFolder(newFolder(), dropsRoot), logger, limit.Token);
        }
        catch (Exception exception) when (exception is Win32Exception or WorkerEndedException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new InvalidOperationException($"A render worker ({string.Join(' ', program.Command)}) does not start: {exception.Message}", exception);
        }

        if (worker.Greeting.Failure is { } failure)
        {
            await worker.DisposeAsync();
            throw new OptionsValidationException(Options.DefaultName, typeof(ImagingOptions), [failure]);
        }

        logger.LogDebug("Render worker {Process} is ready", worker.Id);
        return worker;
    }

    /// <summary>Returns a reusable worker to the pool.</summary>
    internal void Return(WorkerProcess worker)
    {
        lock (gate)
        {
            if (!isDisposed)
            {
                worker.IdleSince = clock.GetTimestamp();
                worker.End = WorkerEnd.Stopped;
                idle.Push(worker);
                sweeper ??= clock.CreateTimer(_ => End(IdleLimit), state: null, IdleLimit / 2, IdleLimit / 2);
                return;
            }
        }

        _ = worker.DisposeAsync().AsTask();
    }

    /// <summary>Stops idle workers until the given number remains, longest idle first.</summary>
    internal void EndBeyond(int count, WorkerEnd reason)
    {
        var ended = new List<WorkerProcess>();
        lock (gate)
        {
            var kept = idle.Take(Math.Max(count, 0)).Reverse().ToList();
            ended.AddRange(idle.Skip(kept.Count));
            idle.Clear();
            kept.ForEach(idle.Push);
        }

        ended.ForEach(worker =>
        {
            worker.End = reason;
            _ = worker.DisposeAsync().AsTask();
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        List<WorkerProcess> all;
        lock (gate)
        {
            isDisposed = true;
            all = [.. idle];
            idle.Clear();
        }

        if (sweeper is not null)
        {
            await sweeper.DisposeAsync();
        }

        foreach (var worker in all)
        {
            await worker.DisposeAsync();
        }
    }

    private WorkerProcess? TryTakeIdle()
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return idle.TryPop(out var waiting) ? waiting : null;
        }
    }

    private void End(TimeSpan limit)
    {
        int young;
        lock (gate)
        {
            young = idle.Count(worker => clock.GetElapsedTime(worker.IdleSince) < limit);
        }

        // The most recently returned worker is reused first, so that unneeded workers expire.
        EndBeyond(young, WorkerEnd.Idle);
    }
}
