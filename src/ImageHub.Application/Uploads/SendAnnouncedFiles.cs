using System.Collections.Concurrent;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Uploads;

/// <summary>Receives announced files, each as a whole. A failed file does not affect the others. Files reported as uploaded are stored durably.</summary>
/// <param name="Files">The incoming files. The name of each part is the upload's id. A file must be read before the next one is requested.</param>
public sealed record SendAnnouncedFiles(IAsyncEnumerable<IncomingFile> Files) : IRequest<SentFiles>;

/// <summary>The files of a request in order.</summary>
/// <param name="Files">The files with their results.</param>
public sealed record SentFiles(IReadOnlyList<SentFile> Files);

/// <summary>The result of an announced file that was sent.</summary>
/// <param name="Id">The upload's id.</param>
/// <param name="Status">
/// <c>uploaded</c>, <c>duplicate</c>, <c>failed</c>, or <c>needed</c> if the file was not accepted but can be sent again; <c>code</c> states the reason.
/// </param>
/// <param name="ImageId">The id of the created image, or of the existing image with the same content.</param>
/// <param name="Code">The error code.</param>
/// <param name="Error">The error message.</param>
public sealed record SentFile(Guid Id, UploadStatus Status, Guid? ImageId, string? Code, string? Error);

internal sealed class SendAnnouncedFilesHandler(
    IImageHubDb db, FileSpool spool, SendingPlaces places, UploadCompletion completion, ICaller caller, IServiceScopeFactory scopes, TimeProvider clock, IOptions<UploadOptions> options)
    : IRequestHandler<SendAnnouncedFiles, SentFiles>
{
    /// <summary>The number of files that share a transaction. No client waits for a single file, because the response follows after the last one.</summary>
    private const int RecordedTogether = 8;

    private readonly ConcurrentDictionary<Guid, ProblemException> problems = [];
    private readonly ConcurrentQueue<Made> made = [];
    private readonly Dictionary<Guid, UploadTarget> targets = [];
    private readonly Uploader uploader = Uploader.ForAccount(caller.UserId!.Value);
    private int making;

    public async Task<SentFiles> Handle(SendAnnouncedFiles request, CancellationToken cancellationToken)
    {
        var ids = new List<Guid>();
        var inFlight = new List<Task>(UploadOptions.MaxInFlight);
        try
        {
            await foreach (var part in request.Files.WithCancellation(cancellationToken))
            {
                var id = ReadId(part);
                ids.Add(id);
                if (ids.Count > options.Value.MaxFiles)
                {
                    problems.TryAdd(id, options.Value.TooManyFiles());
                    if (ids.Count == options.Value.MaxReported)
                    {
                        break;
                    }

                    continue;
                }

                if (inFlight.Count == UploadOptions.MaxInFlight)
                {
                    var done = await Task.WhenAny(inFlight);
                    inFlight.Remove(done);
                    await done;
                }

                if (await Collect(id, () => SpoolAsync(id, part, cancellationToken)) is { } arrived)
                {
                    inFlight.Add(Collect(id, () => MakeAsync(arrived, cancellationToken)));
                }
            }
        }
        finally
        {
            try
            {
                await Task.WhenAll(inFlight);
            }
            finally
            {
                // Finished images are recorded even if the request fails.
                await RecordAsync();
            }
        }

        return ids.Count > 0
            ? await ReportAsync(ids, cancellationToken)
            : throw ProblemException.Invalid("files", "The request has no files; send at least one part with a file name.");
    }

    private static Guid ReadId(IncomingFile part) => IdText.TryParse(part.PartName, out var id)
        ? id
        : throw ProblemException.Invalid("name", $"A file is called '{part.PartName}'; it must be called by the last segment of its uploadUrl.");

    /// <summary>Records the error of a file and continues with the others.</summary>
    private async Task<T?> Collect<T>(Guid id, Func<Task<T?>> work)
        where T : class
    {
        try
        {
            return await work();
        }
        catch (ProblemException problem) when (problem.Problem != Problems.MalformedBody)
        {
            problems[id] = problem;
            return null;
        }
    }

    /// <summary>Spools a whole pending file to the local disk; returns null if the file already has a result.</summary>
    private async Task<Arrived?> SpoolAsync(Guid id, IncomingFile part, CancellationToken cancellationToken)
    {
        var file = await db.FindTusUploadAsync(id, uploader, clock, cancellationToken);
        if (file.Status != UploadStatus.Needed)
        {
            return null;
        }

        if (file.Offset > 0)
        {
            throw UploadResults.OffsetMismatch($"The server has {file.Offset} bytes of '{file.FileName}'; send the rest to its uploadUrl.");
        }

        var target = await FindTargetAsync(file);
        using var place = places.Take(target);
        var spooled = await spool.WriteAsync([part.Content], file.Bytes, () => OtherSize(file), cancellationToken);
        if (spooled.Bytes == file.Bytes)
        {
            return new Arrived(file, target, spooled);
        }

        spooled.Dispose();
        throw OtherSize(file);
    }

    /// <summary>Finds the target of a file. Each group is looked up once per request; recording checks it again.</summary>
    private async Task<UploadTarget> FindTargetAsync(UploadFile file) =>
        targets[file.GroupId] = await completion.FindTargetAsync(db, file, caller, targets.GetValueOrDefault(file.GroupId));

    private async Task<UnrecordedImage?> MakeAsync(Arrived arrived, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref making);
        UnrecordedImage? image;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            image = await completion.MakeAsync(scope.ServiceProvider.GetRequiredService<IImageHubDb>(), arrived.File, arrived.Target, arrived.Spooled, cancellationToken);
            if (image is not null)
            {
                made.Enqueue(new Made(arrived, image));
            }
        }
        finally
        {
            // Records all finished images if no other file is being rendered or enough images are waiting, even if this file was rejected. The files of a slow
            // client are recorded one by one.
            if (Interlocked.Decrement(ref making) == 0 || made.Count >= RecordedTogether)
            {
                await RecordAsync();
            }
        }

        return image;
    }

    /// <summary>Starts to record all finished images, so that they usually share a transaction.</summary>
    private async Task RecordAsync()
    {
        var recording = new List<Task>();
        while (made.TryDequeue(out var next))
        {
            var (file, target, image) = (next.Arrived.File, next.Arrived.Target, next.Image);
            recording.Add(Collect(file.Id, () => completion.RecordAsync(file, target, image)));
        }

        await Task.WhenAll(recording);
    }

    /// <summary>
    /// Reports the results. If no result is recorded and some rejections are temporary, throws the temporary rejection with the longest wait.
    /// </summary>
    private async Task<SentFiles> ReportAsync(List<Guid> ids, CancellationToken cancellationToken)
    {
        var rows = await db.UploadFiles.SentBy(uploader).Where(file => ids.Contains(file.Id)).ToDictionaryAsync(file => file.Id, cancellationToken);
        if (rows.Values.All(file => file.Status == UploadStatus.Needed) && problems.Values.Where(problem => problem.Problem.Kind == ProblemKind.Unavailable || problem.Problem == Problems.TooManyRequests).MaxBy(problem => problem.RetryAfter) is { } passing)
        {
            throw passing;
        }

        return new SentFiles([.. ids.Select(Report)]);

        SentFile Report(Guid id) => (rows.GetValueOrDefault(id), problems.GetValueOrDefault(id)) switch
        {
            // The upload has expired, was deleted in the meantime or never existed.
            (null, _) => Missing(id, ProblemException.NotFound("upload")),
            (_, { Problem: var kind } problem) when kind == Problems.NotFound => Missing(id, problem),
            ({ Status: UploadStatus.Needed } file, { } problem) => new(id, file.Status, null, problem.Problem.Code, problem.Message),
            ({ } file, _) => new(id, file.Status, file.ImageId, file.Code, file.Error),
        };

        static SentFile Missing(Guid id, ProblemException problem) => new(id, UploadStatus.Failed, null, problem.Problem.Code, problem.Message);
    }

    private static ProblemException OtherSize(UploadFile file) =>
        ProblemException.Invalid("files", $"The part of '{file.FileName}' does not have the {file.Bytes} bytes that were announced.");

    /// <summary>A complete file on the local disk.</summary>
    private sealed record Arrived(UploadFile File, UploadTarget Target, SpooledFile Spooled);

    /// <summary>An image that is not recorded yet.</summary>
    private sealed record Made(Arrived Arrived, UnrecordedImage Image);
}
