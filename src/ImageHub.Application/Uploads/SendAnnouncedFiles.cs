using System.Collections.Concurrent;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Requests;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Uploads;

/// <summary>Sends announced files, each whole. A bad file never stops the rest; what is reported as uploaded is durable.</summary>
/// <param name="Files">The files as they arrive, each called by its upload's id; each must be read before the next is asked for.</param>
public sealed record SendAnnouncedFiles(IAsyncEnumerable<IncomingFile> Files) : IRequest<SentFiles>;

/// <summary>The files of a request, in the order sent.</summary>
/// <param name="Files">Each file with its result.</param>
public sealed record SentFiles(IReadOnlyList<SentFile> Files);

/// <summary>An announced file after it was sent.</summary>
/// <param name="Id">Its upload.</param>
/// <param name="Status"><c>uploaded</c>, <c>duplicate</c>, <c>failed</c>, or <c>needed</c>: it could not be taken now, or in this way.</param>
/// <param name="ImageId">The image that it became, or that has the same bytes.</param>
/// <param name="Code">Why it was not taken, as a code.</param>
/// <param name="Error">Why it was not taken, as text.</param>
public sealed record SentFile(Guid Id, UploadStatus Status, Guid? ImageId, string? Code, string? Error);

internal sealed class SendAnnouncedFilesHandler(
    IImageHubDb db, FileSpool spool, UploadCompletion completion, ICaller caller, IServiceScopeFactory scopes, TimeProvider clock, IOptions<UploadOptions> options)
    : IRequestHandler<SendAnnouncedFiles, SentFiles>
{
    /// <summary>Files that share a transaction, since nobody hears of one before the request's end.</summary>
    private const int RecordedTogether = 8;

    private readonly ConcurrentDictionary<Guid, ProblemException> problems = [];
    private readonly ConcurrentQueue<Made> made = [];
    private readonly Dictionary<Guid, UploadTarget> targets = [];
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
                // Whatever becomes of the request: what was made is recorded.
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

    /// <summary>Notes what is wrong with a file, which does not stop the others.</summary>
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

    /// <summary>Writes a file that is awaited from its start to the local disk; null when it has its result.</summary>
    private async Task<Arrived?> SpoolAsync(Guid id, IncomingFile part, CancellationToken cancellationToken)
    {
        var file = await db.FindTusUploadAsync(id, caller, clock, cancellationToken);
        if (file.Status != UploadStatus.Needed)
        {
            return null;
        }

        if (file.Offset > 0)
        {
            throw UploadResults.OffsetMismatch($"{file.Offset} bytes of '{file.FileName}' are here; send the rest to its uploadUrl.");
        }

        var target = await FindTargetAsync(file);
        var spooled = await spool.WriteAsync([part.Content], file.Bytes, () => OtherSize(file), cancellationToken);
        if (spooled.Bytes == file.Bytes)
        {
            return new Arrived(file, target, spooled);
        }

        spooled.Dispose();
        throw OtherSize(file);
    }

    /// <summary>Where the file goes. Of each group that is asked once a request; recording asks again.</summary>
    private async Task<UploadTarget> FindTargetAsync(UploadFile file) =>
        targets[file.GroupId] = await completion.FindTargetAsync(db, file, caller, targets.GetValueOrDefault(file.GroupId));

    private async Task<MadeImage?> MakeAsync(Arrived arrived, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref making);
        MadeImage? image;
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
            // Of a client that is slower than this server each file is recorded at once, also behind one that is refused.
            if (Interlocked.Decrement(ref making) == 0 || made.Count >= RecordedTogether)
            {
                await RecordAsync();
            }
        }

        return image;
    }

    /// <summary>Records what has been made: what is handed over in one go usually shares a transaction.</summary>
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

    /// <summary>What has become of the files, as it is recorded. Fails where nothing has, for a reason that passes.</summary>
    private async Task<SentFiles> ReportAsync(List<Guid> ids, CancellationToken cancellationToken)
    {
        var rows = await db.UploadFiles.Where(file => ids.Contains(file.Id) && file.AccountId == caller.UserId).ToDictionaryAsync(file => file.Id, cancellationToken);
        if (rows.Values.All(file => file.Status == UploadStatus.Needed) && problems.Values.Where(problem => problem.Problem.Kind == ProblemKind.Unavailable).MaxBy(problem => problem.RetryAfter) is { } passing)
        {
            throw passing;
        }

        return new SentFiles([.. ids.Select(Report)]);

        SentFile Report(Guid id) => (rows.GetValueOrDefault(id), problems.GetValueOrDefault(id)) switch
        {
            // It has expired, or has gone meanwhile, or there was never any.
            (null, _) => Missing(id, ProblemException.NotFound("upload")),
            (_, { Problem: var kind } problem) when kind == Problems.NotFound => Missing(id, problem),
            ({ Status: UploadStatus.Needed } file, { } problem) => new(id, file.Status, null, problem.Problem.Code, problem.Message),
            ({ } file, _) => new(id, file.Status, file.ImageId, file.Code, file.Error),
        };

        static SentFile Missing(Guid id, ProblemException problem) => new(id, UploadStatus.Failed, null, problem.Problem.Code, problem.Message);
    }

    private static ProblemException OtherSize(UploadFile file) =>
        ProblemException.Invalid("files", $"The part of '{file.FileName}' does not have the {file.Bytes} bytes that were announced.");

    /// <summary>A whole file on the local disk.</summary>
    private sealed record Arrived(UploadFile File, UploadTarget Target, SpooledFile Spooled);

    /// <summary>An image that is not recorded yet.</summary>
    private sealed record Made(Arrived Arrived, MadeImage Image);
}
