using System.Diagnostics;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Native;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>Has workers do all that touches a file's bytes: this process never decodes. What takes too much memory or time is killed.</summary>
internal sealed partial class WorkerImageRenderer : IImageRenderer, IAsyncDisposable
{
    /// <summary>What an idle worker holds, and a busy one besides its file, in bytes; one that holds more after its work is ended.</summary>
    internal const long WorkerBytes = 96L << 20;

    // Reading a header takes little, but libvips reads all metadata with it.
    private const long InspectionBytes = 48L << 20;

    // Stacks of threads count as data, and are hardly ever touched.
    private const long UntouchedBytes = 128L << 20;

    private static readonly TimeSpan WatchPeriod = TimeSpan.FromMilliseconds(20);

    private readonly ImagingOptions options;
    private readonly ILogger<WorkerImageRenderer> logger;
    private readonly RenderQueue queue;
    private readonly WorkerPool pool;
    private readonly WorkerPool system;
    private string? description;

    // Whose workers decode HEIC: a worker may load another library than the rest.
    private WorkerPool? heic;

    public WorkerImageRenderer(IOptions<ImagingOptions> options, IStaging staging, TimeProvider clock, ILogger<WorkerImageRenderer> logger)
    {
        this.options = options.Value;
        this.logger = logger;
        queue = new RenderQueue(this.options.Workers ?? Environment.ProcessorCount, this.options.MemoryBudgetBytes, this.options.MaxQueuedRenderings, clock);
        pool = new WorkerPool(this.options.LibVips, staging.CreateFolder, clock, logger);
        system = new WorkerPool(LibVips.FromSystem, staging.CreateFolder, clock, logger);
    }

    /// <inheritdoc />
    public string Description => description ?? $"libvips ({options.LibVips}, not started)";

    /// <inheritdoc />
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var worker = await pool.TakeAsync(cancellationToken);
        var greeting = worker.Greeting;
        pool.Return(worker);
        heic = greeting.DecodesHevc ? pool : null;
        description = $"{greeting.Description}; {(greeting.DecodesHevc ? "HEIC, too" : await FindHeicAsync(cancellationToken))}";
    }

    /// <inheritdoc />
    public async Task<ImageHeader> InspectAsync(string path, Guid account, CancellationToken cancellationToken)
    {
        var answer = await RunAsync(account, WorkerTask.Inspect, path, header: null, InspectionBytes, high: null, low: null, [], cancellationToken);
        if (answer.Header is not { Width: > 0, Height: > 0, DecodingBytes: >= 0 } header || !Enum.IsDefined(header.Format))
        {
            throw Unbelievable();
        }

        EnsureFits(header, options.High.ToBox());
        return header;
    }

    /// <inheritdoc />
    public async Task<Rendering> RenderAsync(RenderRequest request, CancellationToken cancellationToken)
    {
        SentFile high = new(FrameKind.High, request.HighPath), low = new(FrameKind.Low, request.LowPath), clean = new(FrameKind.Full, request.CleanPath);
        var bytes = EnsureFits(request.Header, request.High);
        var answer = await RunAsync(request.Account, WorkerTask.Render, request.SourcePath, request.Header, bytes, request.High, request.Low, [high, low, clean], cancellationToken);
        return answer is { Placeholder: { Length: <= 4096 } placeholder, Metadata: { } metadata }
            ? new Rendering(Check(answer.High, high, request.High), Check(answer.Low, low, request.Low), placeholder, metadata, clean.Bytes > 0)
            : throw Unbelievable();
    }

    /// <inheritdoc />
    public async Task<RenderedFile> RenderOneAsync(RenditionRequest request, CancellationToken cancellationToken)
    {
        var file = new SentFile(FrameKind.High, request.Path);
        var bytes = EnsureFits(request.Header, request.Box);
        var answer = await RunAsync(request.Account, WorkerTask.RenderOne, request.SourcePath, request.Header, bytes, request.Box, low: null, [file], cancellationToken);
        return Check(answer.High, file, request.Box);
    }

    /// <inheritdoc />
    public async Task<bool> CleanAsync(string path, ImageFormat format, string cleanPath, CancellationToken cancellationToken)
    {
        var clean = new SentFile(FrameKind.Full, cleanPath);
        await RunAsync(Guid.Empty, WorkerTask.Clean, path, new ImageHeader(format, 0, 0), InspectionBytes, high: null, low: null, [clean], cancellationToken);
        return clean.Bytes > 0;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await pool.DisposeAsync();
        await system.DisposeAsync();
    }

    /// <summary>Looks for a libvips of the system that decodes HEIC where the one in use does not.</summary>
    private async Task<string> FindHeicAsync(CancellationToken cancellationToken)
    {
        if (LibVips.MayBeInSystem())
        {
            try
            {
                var worker = await system.TakeAsync(cancellationToken);
                system.Return(worker);
                if (worker.Greeting.DecodesHevc)
                {
                    heic = system;
                    return $"HEIC by {worker.Greeting.Description}";
                }
            }
            catch (OptionsValidationException exception)
            {
                LogNoSystem(logger, exception.Message);
            }
        }

        return "no HEIC: no libvips of the system decodes it (Debian's libvips42 does)";
    }

    /// <summary>Whose worker a file goes to, by its first 64 bytes: no more of it is read here.</summary>
    private WorkerPool ChoosePool(string path)
    {
        Span<byte> start = stackalloc byte[64];
        using var file = File.OpenHandle(path);
        return FileSignature.Tell(start[..RandomAccess.Read(file, start, 0)]) == ImageFormat.Heic ? heic ?? pool : pool;
    }

    private async Task<WorkerAnswer> RunAsync(
        Guid account, WorkerTask task, string path, ImageHeader? header, long bytes, Box? high, Box? low, SentFile[] files, CancellationToken cancellationToken)
    {
        try
        {
            return await TakeTurnAsync(account, task, path, header, bytes, high, low, files, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UnwrittenFile.Report(logger, exception, path);
        }
    }

    /// <summary>One file's turn: admission, a worker, and another one when the first breaks down.</summary>
    private async Task<WorkerAnswer> TakeTurnAsync(
        Guid account, WorkerTask task, string path, ImageHeader? header, long bytes, Box? high, Box? low, SentFile[] files, CancellationToken cancellationToken)
    {
        using var ticket = await queue.EnterAsync(account, WorkerBytes + bytes, cancellationToken);

        // Idle ones count, too; one of them is about to work.
        var chosen = ChoosePool(path);
        var idle = 1 + (int)(ticket.FreeBytes / WorkerBytes);
        chosen.EndBeyond(idle);
        (chosen == pool ? system : pool).EndBeyond(idle - chosen.IdleCount);
        var began = Stopwatch.GetTimestamp();
        for (var isLastTry = false; ; isLastTry = true)
        {
            // The second try is a worker's first file: whatever the first one had seen before is not to blame.
            var worker = isLastTry ? await chosen.StartAsync(cancellationToken) : await chosen.TakeAsync(cancellationToken);
            var isUsable = false;
            try
            {
                using var lent = worker.Lend(path);
                using var sent = new SentFiles(files, logger);
                var request = new WorkerRequest(task, lent.Path, header, high, low, bytes + UntouchedBytes, heic is not null);
                var answer = await WatchAsync(worker, worker.AskAsync(request, sent, CancellationToken.None), WorkerBytes + bytes, began, cancellationToken);
                isUsable = !answer.IsOutOfMemory && worker.ResidentBytes <= WorkerBytes;
                ThrowProblem(answer);
                sent.Complete();
                return answer;
            }
            catch (WorkerEndedException exception) when (!exception.IsOutOfMemory || (exception.IsKilled && !isLastTry))
            {
                LogCrash(logger, task, exception.Message);
                if (isLastTry)
                {
                    throw new ProblemException(Problems.CorruptImage, "The file cannot be decoded: it is damaged, or made to do harm.");
                }
            }
            catch (WorkerEndedException exception)
            {
                LogCrash(logger, task, exception.Message);
                throw TooMuchMemory();
            }
            finally
            {
                if (isUsable)
                {
                    chosen.Return(worker);
                }
                else
                {
                    await worker.DisposeAsync();
                }
            }
        }
    }

    /// <summary>Waits for an answer, and kills the worker that takes too much.</summary>
    private async Task<WorkerAnswer> WatchAsync(WorkerProcess worker, Task<WorkerAnswer> asking, long maxBytes, long began, CancellationToken cancellationToken)
    {
        Exception? tooMuch = null;
        while (await Task.WhenAny(asking, Task.Delay(WatchPeriod, cancellationToken)) != asking)
        {
            tooMuch = cancellationToken.IsCancellationRequested
                ? new OperationCanceledException(cancellationToken)
                : Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(options.DecodeSeconds)
                    ? new ProblemException(Problems.TooComplex, $"Decoding the file takes longer than {options.DecodeSeconds} s, which is the limit.")
                    : worker.ResidentBytes > maxBytes ? TooMuchMemory() : null;
            if (tooMuch is not null)
            {
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

    /// <summary>What a rendering will hold.</summary>
    /// <exception cref="ProblemException">More than any file may.</exception>
    private long EnsureFits(ImageHeader header, Box box)
    {
        var bytes = MemoryEstimate.ForRendering(header, box);
        return WorkerBytes + bytes <= queue.MaxBytes
            ? bytes
            : throw new ProblemException(
                Problems.TooComplex,
                $"Decoding {header.Width} × {header.Height} pixels of this {header.Format.Name()} file would take about {bytes >> 20} MiB of memory; at most {(queue.MaxBytes - WorkerBytes) >> 20} MiB are allowed.");
    }

    private ProblemException TooMuchMemory() =>
        new(Problems.TooComplex, $"Decoding the file takes more memory than was to be expected of its size, or than the {queue.MaxBytes >> 20} MiB that are allowed.");

    private static RenderedFile Check(RenderedFile? said, SentFile sent, Box box) =>
        said is { Width: > 0, Height: > 0 } && said.Width <= box.Width && said.Height <= box.Height && sent.Bytes > 0
        && (said.ContentType == ImageFormat.Jpeg.MediaType() || said.ContentType == ImageFormat.WebP.MediaType())
            ? said with { Bytes = sent.Bytes }
            : throw Unbelievable();

    // Only a worker that a file has taken over says such things.
    private static ProblemException Unbelievable() => new(Problems.CorruptImage, "The file cannot be decoded: it is damaged, or made to do harm.");

    [LoggerMessage(Level = LogLevel.Debug, Message = "The system's libvips does not work: {Reason}")]
    private static partial void LogNoSystem(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "A file is refused ({Problem}): {Reason}")]
    private static partial void LogRefusal(ILogger logger, string problem, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A render worker broke down ({Task}): {Reason}")]
    private static partial void LogCrash(ILogger logger, WorkerTask task, string reason);
}
