using System.Diagnostics;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Imaging.Formats;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>
/// Runs files on worker processes: waits for admission by the queue, chooses a worker, retries once after a crash, and kills a worker whose task exceeds a
/// limit, is cancelled or must yield.
/// </summary>
internal sealed partial class WorkerDispatcher : IAsyncDisposable
{
    /// <summary>The memory of a worker without a file, in bytes, after unneeded memory was released.</summary>
    internal const long WorkerBytes = 96L << 20;

    /// <summary>
    /// The threshold above which a worker releases memory of its last file, in bytes. The next small file reuses the retained memory.
    /// </summary>
    internal const long KeptBytes = 126L << 20;

    // A worker that still uses more bytes than this after releasing memory is stopped.
    private const long UsableBytes = KeptBytes + (2L << 20);

    /// <summary>
    /// The memory that a small file may use, in bytes. Enough to render a camera photo. Reading a header can need as much, because libvips reads all metadata
    /// with the header.
    /// </summary>
    internal const long SmallBytes = 48L << 20;

    // The bytes added to a worker's limit for its thread stacks, which count as data but are hardly used.
    internal const long UntouchedBytes = 128L << 20;

    private static readonly TimeSpan WatchPeriod = TimeSpan.FromMilliseconds(20);

    private readonly ImagingOptions options;
    private readonly ILogger<WorkerDispatcher> logger;
    private readonly RenderQueue queue;
    private readonly IStaging staging;
    private readonly WorkerPool pool;
    private readonly WorkerPool system;
    private readonly WorkerPool? libHeif;
    private string? description;

    // The pool that decodes HEIC; null if there is none. Its workers may use a different libvips. If they use libheif, they only unpack HEIC files, and other
    // workers render the result.
    private WorkerPool? heic;

    public WorkerDispatcher(IOptions<ImagingOptions> options, IStaging staging, TimeProvider clock, ILogger<WorkerDispatcher> logger)
    {
        this.options = options.Value;
        this.staging = staging;
        this.logger = logger;
        queue = new RenderQueue(this.options.Workers ?? Environment.ProcessorCount, this.options.MemoryBudgetBytes, this.options.MaxQueuedRenderings, clock);
        var place = WorkerPlace.Find(logger);
        pool = new WorkerPool(WorkerProgram.WithLibVips(place, this.options.LibVips), staging.CreateFolder, clock, logger);
        system = new WorkerPool(WorkerProgram.WithLibVips(place, LibVips.FromSystem), staging.CreateFolder, clock, logger);

        // If only root can read the Node installation, workers can use it only as root.
        var node = WorkerProgram.FindLibHeif(place, queue.MaxBytes + UntouchedBytes) is { } program ? new WorkerPool(program, staging.CreateFolder, clock, logger) : null;
        libHeif = node is { StaysRoot: true } && !this.options.AllowRootWorkers ? null : node;
    }

    /// <summary>A file's limit of elapsed time, as a multiple of its limit of processor time, because other programs may use the processors.</summary>
    internal int ClockFactor { get; init; } = 3;

    /// <summary>The decoder's name, version and location.</summary>
    internal string Description => description ?? $"libvips ({options.LibVips}, not started)";

    /// <summary>The weakness of the workers' sandbox: <c>asRoot</c> or <c>unconfined</c>; null if there is none.</summary>
    internal string? Confinement { get; private set; }

    /// <summary>The load of the queue.</summary>
    internal (int Running, int Waiting, long HeldBytes) Load => queue.Load;

    /// <summary>Whether HEIC is decoded.</summary>
    internal bool DecodesHeic => heic is not null;

    /// <summary>Whether one worker unpacks HEIC files and another renders them.</summary>
    internal bool UnpacksHeic => heic is not null && heic == libHeif;

    /// <summary>The memory that a worker may use for one file, in bytes.</summary>
    internal long MaxFileBytes => queue.MaxBytes - WorkerBytes;

    /// <summary>Starts the first worker and looks for a HEIC decoder.</summary>
    /// <exception cref="OptionsValidationException">
    /// The worker reports that it cannot start, or workers would run as root, which is not allowed. The message is one line that names the setting.
    /// </exception>
    /// <exception cref="InvalidOperationException">The worker's process does not start.</exception>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        if (pool.StaysRoot && !options.AllowRootWorkers)
        {
            throw new OptionsValidationException(
                Options.DefaultName,
                typeof(ImagingOptions),
                [$"{ImagingOptions.Section}:{nameof(ImagingOptions.AllowRootWorkers)}: decoding would run as root, because no other account can read the program ({string.Join(", ", pool.Program.Folders)}); move it to a folder that other accounts can read, or set this to true."]);
        }

        var worker = await pool.TakeAsync(cancellationToken);
        var greeting = worker.Greeting;
        pool.Return(worker);
        Confinement = pool.StaysRoot ? "asRoot" : greeting.Missing is [] ? null : "unconfined";
        if (Confinement is not null)
        {
            LogUnconfined(logger, string.Join(", ", greeting.Missing));
        }

        // Assigns the field once, after the search. A second call of this method may search while renderings use the field.
        (heic, var heicDescription) = greeting.DecodesHevc ? (pool, "also decodes HEIC") : await FindHeicAsync(cancellationToken);
        description = $"{greeting.Description}; {heicDescription}";
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var one in Pools())
        {
            await one.DisposeAsync();
        }
    }

    private IEnumerable<WorkerPool> Pools() => libHeif is null ? [pool, system] : [pool, system, libHeif];

    /// <summary>Looks for another HEIC decoder, which can be the system's libvips or libheif in Node.</summary>
    private async Task<(WorkerPool? Pool, string Description)> FindHeicAsync(CancellationToken cancellationToken)
    {
        if (LibVips.MayBeInSystem())
        {
            try
            {
                var worker = await system.TakeAsync(cancellationToken);
                system.Return(worker);
                if (worker.Greeting.DecodesHevc)
                {
                    return (system, $"HEIC by {worker.Greeting.Description}");
                }
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                LogNoSystem(logger, exception.Message);
            }
        }

        // libheif is not started before the first HEIC file, because most servers never receive one.
        return libHeif is null
            ? (null, "no HEIC: there is neither Node.js nor a system libvips that decodes HEIC (Debian's libvips42 does)")
            : (libHeif, $"HEIC by libheif-js and {libHeif.Program.Command[0]}");
    }

    /// <summary>Runs one file: waits for admission, and sends the file to a worker, and to a new worker if the first one crashes.</summary>
    /// <param name="account">The account of the file.</param>
    /// <param name="request">The request, with paths as the server sees them.</param>
    /// <param name="files">The files that the worker sends.</param>
    /// <param name="working">The time that workers have spent on the file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    internal async Task<WorkerAnswer> RunAsync(Guid account, WorkerRequest request, SentFile[] files, Stopwatch working, CancellationToken cancellationToken)
    {
        try
        {
            return await TakeTurnAsync(account, request, files, working, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UnwrittenFile.Report(logger, exception, request.Source);
        }
    }

    private async Task<WorkerAnswer> TakeTurnAsync(Guid account, WorkerRequest request, SentFile[] files, Stopwatch working, CancellationToken cancellationToken)
    {
        var format = FileFormat.Detect(FileFormat.All, request.Source);
        var isHeic = format is { NeedsHevc: true };
        var isUnpacked = isHeic && UnpacksHeic && request is { Header: not null, Task: not WorkerTask.Clean };
        var chosen = isHeic && heic == system ? system : pool;
        for (var isAgain = false; ; isAgain = true)
        {
            var begun = Stopwatch.GetTimestamp();
            using var ticket = await queue.EnterAsync(account, WorkerBytes + request.Bytes, cancellationToken, isAgain);
            RenderMetrics.RecordWait(Stopwatch.GetElapsedTime(begun));
            EndIdle(chosen, (isUnpacked ? 2 : 1) + (int)(ticket.FreeBytes / WorkerBytes));
            try
            {
                return await RenderMetrics.MeasureAsync(
                    format?.Format, request.Task, () => TryTwiceAsync(chosen, isUnpacked, request, files, working, ticket, cancellationToken));
            }
            catch (YieldedException)
            {
                // The file starts over when it is admitted again.
                working.Reset();
            }
        }
    }

    private async Task<WorkerAnswer> TryTwiceAsync(WorkerPool chosen, bool isUnpacked, WorkerRequest request, SentFile[] files, Stopwatch working, RenderQueue.Ticket ticket, CancellationToken cancellationToken)
    {
        for (var isLastTry = false; ; isLastTry = true)
        {
            try
            {
                using var folder = isUnpacked ? new StagingFolder(staging.CreateFolder()) : null;
                var pixels = folder?.File("pixels.tiff");
                if (pixels is not null)
                {
                    await AskAsync(libHeif!, isLastTry, request with { Task = WorkerTask.Unpack }, [new SentFile(FrameKind.Unpacked, pixels)], working, ticket, cancellationToken);
                }

                return await AskAsync(chosen, isLastTry, request with { Unpacked = pixels }, files, working, ticket, cancellationToken);
            }
            catch (WorkerEndedException exception) when (!exception.MayBeOutOfMemory || !isLastTry)
            {
                LogCrash(logger, request.Task, exception.Message);
                if (isLastTry)
                {
                    throw new ProblemException(Problems.CorruptImage, "The file cannot be decoded: it is damaged or malicious.");
                }
            }
            catch (WorkerEndedException exception)
            {
                LogCrash(logger, request.Task, exception.Message);

                // The kernel may have killed the worker because other programs take the memory. Work on stored files can be repeated when they need less.
                throw exception.IsKilled && (ticket.Lane.Account == RenderAccounts.Background || request.Task is WorkerTask.RenderOne or WorkerTask.RenderJpeg or WorkerTask.RenderTransform)
                    ? new ProblemException(Problems.ServerBusy, "The worker was killed twice, probably because the machine has too little free memory.")
                    : TooMuchMemory();
            }
        }
    }

    // Stops idle workers that do not fit in the memory budget, but keeps the workers that the file needs.
    private void EndIdle(WorkerPool chosen, int kept)
    {
        chosen.EndBeyond(kept, WorkerEnd.Room);
        kept -= chosen.IdleCount;
        foreach (var other in Pools().Where(other => other != chosen))
        {
            other.EndBeyond(kept, WorkerEnd.Room);
            kept -= other.IdleCount;
        }
    }

    /// <summary>Sends a request to one worker of a pool.</summary>
    /// <param name="from">The pool.</param>
    /// <param name="isNew">Whether to start a new worker, so that earlier files cannot cause a failure.</param>
    /// <param name="request">The request, with paths as the server sees them.</param>
    /// <param name="files">The files that the worker sends.</param>
    /// <param name="working">The time that workers have spent on the file.</param>
    /// <param name="ticket">The file's admission.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    private async Task<WorkerAnswer> AskAsync(
        WorkerPool from, bool isNew, WorkerRequest request, SentFile[] files, Stopwatch working, RenderQueue.Ticket ticket, CancellationToken cancellationToken)
    {
        var worker = await ObtainAsync(from, isNew, cancellationToken);
        var isUsable = false;

        // The worker's startup time does not count.
        working.Start();
        worker.End = WorkerEnd.Crashed;
        try
        {
            using var source = worker.Lend(request.Source, "source");
            using var unpacked = request.Unpacked is null ? null : worker.Lend(request.Unpacked, "unpacked");
            using var mark = request.Mark is null ? null : worker.Lend(request.Mark.Path, "mark");
            using var sent = new SentFiles(request.Source, files, logger);
            var lent = request with { Source = source.Path, Unpacked = unpacked?.Path, Mark = mark is null ? null : request.Mark! with { Path = mark.Path } };
            var asking = worker.AskAsync(lent, sent, CancellationToken.None);
            var answer = await WatchAsync(worker, asking, request.Bytes + (request.Bytes > SmallBytes ? WorkerBytes : KeptBytes), working, ticket, cancellationToken);
            worker.End = answer.IsOutOfMemory ? WorkerEnd.Memory : WorkerEnd.Grown;
            isUsable = !answer.IsOutOfMemory && worker.ResidentBytes <= UsableBytes;
            ThrowProblem(answer);
            sent.Complete();
            return answer;
        }
        finally
        {
            working.Stop();
            if (isUsable)
            {
                from.Return(worker);
            }
            else
            {
                await worker.DisposeAsync();
            }
        }
    }

    private async Task<WorkerProcess> ObtainAsync(WorkerPool from, bool isNew, CancellationToken cancellationToken)
    {
        try
        {
            return isNew ? await from.StartAsync(cancellationToken) : await from.TakeAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidOperationException or OptionsValidationException)
        {
            LogNoStart(logger, exception.Message);
            if (from == libHeif)
            {
                // Retrying would fail as well, for example if Node is a script or was removed.
                throw Decoder.WithoutHevc();
            }

            throw new ProblemException(Problems.ServerBusy, "The server's image decoder does not start; see its log.");
        }
    }

    /// <summary>Waits for a response. Kills the worker if it exceeds a limit, if the request is cancelled, or if the file must yield.</summary>
    private async Task<WorkerAnswer> WatchAsync(
        WorkerProcess worker, Task<WorkerAnswer> asking, long maxBytes, Stopwatch working, RenderQueue.Ticket ticket, CancellationToken cancellationToken)
    {
        Exception? tooMuch = null;
        TimeSpan? begun = null;
        var limit = TimeSpan.FromSeconds(options.DecodeSeconds);
        while (await Task.WhenAny(asking, Task.Delay(WatchPeriod, cancellationToken)) != asking)
        {
            begun ??= worker.ProcessorTime;
            (tooMuch, var end) = cancellationToken.IsCancellationRequested
                ? (new OperationCanceledException(cancellationToken), WorkerEnd.Cancelled)
                : working.Elapsed > limit && worker.ProcessorTime - begun > limit
                    ? (TooMuchTime(ticket), WorkerEnd.Time)
                : working.Elapsed > limit * ClockFactor
                    ? (TooLong(ticket), WorkerEnd.Time)
                    : worker.ResidentBytes > maxBytes
                        ? (TooMuchMemory(), WorkerEnd.Memory)
                        : queue.ShouldYield(ticket) ? (new YieldedException(), WorkerEnd.Yielded) : ((Exception?)null, worker.End);
            if (tooMuch is not null)
            {
                worker.End = end;
                worker.Kill();
                break;
            }
        }

        try
        {
            return await asking;
        }
        catch (WorkerEndedException) when (tooMuch is not null)
        {
            throw tooMuch;
        }
    }

    private void ThrowProblem(WorkerAnswer answer)
    {
        if (answer.IsOutOfMemory)
        {
            throw TooMuchMemory();
        }

        if (answer.Problem is null)
        {
            return;
        }

        if (answer.Reason is not null)
        {
            LogRefusal(logger, answer.Problem, answer.Reason);
        }

        Problem[] possible = [Problems.UnsupportedFormat, Problems.CorruptImage, Problems.TooComplex];
        throw new ProblemException(Array.Find(possible, problem => problem.Code == answer.Problem) ?? Problems.CorruptImage, answer.Detail ?? "The file cannot be decoded.");
    }

    private ProblemException TooMuchTime(RenderQueue.Ticket ticket)
    {
        queue.CountTimeout(ticket.Lane.Account);
        return new ProblemException(Problems.TooComplex, $"Decoding the file takes more than {options.DecodeSeconds} s of processor time, which is the limit.");
    }

    /// <summary>
    /// Counts a timeout and creates the problem for a file that exceeds the limit of elapsed time. The limit says little about the file, so the file may be
    /// rendered later.
    /// </summary>
    private ProblemException TooLong(RenderQueue.Ticket ticket)
    {
        queue.CountTimeout(ticket.Lane.Account);
        return new ProblemException(Problems.ServerBusy, $"The file was not decoded within {ClockFactor * options.DecodeSeconds} s; send it again later.");
    }

    private ProblemException TooMuchMemory() =>
        new(Problems.TooComplex, $"Decoding the file takes more memory than expected for its size, or more than the limit of {queue.MaxBytes >> 20} MiB.");

    [LoggerMessage(Level = LogLevel.Warning, Message = "Render workers are not fully confined: {Missing}. A malicious image could harm the server; see docs/operations.md")]
    private static partial void LogUnconfined(ILogger logger, string missing);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The system's libvips does not work: {Reason}")]
    private static partial void LogNoSystem(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "A file was rejected ({Problem}): {Reason}")]
    private static partial void LogRefusal(ILogger logger, string problem, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Reason}")]
    private static partial void LogNoStart(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A render worker crashed ({Task}): {Reason}")]
    private static partial void LogCrash(ILogger logger, WorkerTask task, string reason);
}
