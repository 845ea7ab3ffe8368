using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Requests;
using ImageHub.Application.Tags;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Uploads;

/// <summary>Adds files to a group. A failed file does not affect the others. Files reported as uploaded are stored durably.</summary>
/// <param name="GroupId">The group's id; null for the caller's own images.</param>
/// <param name="Files">The incoming files. A file must be read before the next one is requested.</param>
/// <param name="TagsForAll">Returns the tags sent after the last file, which apply to all files. Called after all files have been read.</param>
public sealed record UploadImages(Guid? GroupId, IAsyncEnumerable<IncomingFile> Files, Func<IReadOnlyList<string>> TagsForAll) : IRequest<UploadReport>;

/// <summary>An incoming file.</summary>
/// <param name="FileName">The name as sent.</param>
/// <param name="Tags">The tags sent before the file.</param>
/// <param name="Content">The content, readable once.</param>
public sealed record IncomingFile(string? FileName, IReadOnlyList<string> Tags, Stream Content)
{
    /// <summary>The name of the file's part in a multipart request, or null.</summary>
    public string? PartName { get; init; }

    /// <summary>The size declared by the client, or null.</summary>
    public long? DeclaredBytes { get; init; }
}

/// <summary>The result of each file; <c>index</c> is its position in the request, from 0.</summary>
/// <param name="Uploaded">The new images.</param>
/// <param name="Skipped">Files that already existed, or whose name is taken.</param>
/// <param name="Failed">Files that were rejected.</param>
public sealed record UploadReport(
    IReadOnlyList<UploadedImage> Uploaded, IReadOnlyList<SkippedFile> Skipped, IReadOnlyList<FailedFile> Failed);

/// <summary>A new image.</summary>
public sealed record UploadedImage : ImageSummary
{
    /// <summary>Creates the result from a summary and the file's index.</summary>
    [SetsRequiredMembers]
    public UploadedImage(int index, ImageSummary summary)
        : base(summary) => Index = index;

    /// <summary>The file's position in the request, from 0.</summary>
    [JsonPropertyOrder(-1)]
    public int Index { get; }
}

/// <summary>A file skipped because of an existing image.</summary>
/// <param name="Index">The file's position in the request, from 0.</param>
/// <param name="FileName">The file name.</param>
/// <param name="Reason">The reason in words.</param>
/// <param name="Code"><c>duplicateContent</c> or <c>duplicateFileName</c>.</param>
/// <param name="ExistingId">The existing image's id.</param>
public sealed record SkippedFile(int Index, string FileName, string Reason, string Code, Guid? ExistingId);

/// <summary>A rejected file.</summary>
/// <param name="Index">The file's position in the request, from 0.</param>
/// <param name="FileName">The file name.</param>
/// <param name="Error">The error message.</param>
/// <param name="Code">The error code.</param>
public sealed record FailedFile(int Index, string FileName, string Error, string Code);

internal sealed class UploadImagesHandler(IImageHubDb db, UploadPipeline pipeline, ICaller caller, AccountThrottle throttle, TimeProvider clock, IOptions<UploadOptions> options)
    : IRequestHandler<UploadImages, UploadReport>
{
    public async Task<UploadReport> Handle(UploadImages request, CancellationToken cancellationToken)
    {
        var target = await db.FindUploadTargetAsync(request.GroupId, caller, cancellationToken);
        var report = new ReportBuilder();
        await using var inFlight = new FilesInFlight(db, pipeline, target, report);
        await TakeAsync(request.Files, inFlight, report, cancellationToken);
        await inFlight.RecordAllAsync(cancellationToken);
        await TagAllAsync(target, request.TagsForAll(), report, cancellationToken);
        return report.Count > 0
            ? await report.ToReportAsync(db, await db.FindViewAsync(caller, target.GroupId, cancellationToken), cancellationToken)
            : throw ProblemException.Invalid("files", "The request has no files; send at least one part with a file name.");
    }

    private async Task TakeAsync(
        IAsyncEnumerable<IncomingFile> files, FilesInFlight inFlight, ReportBuilder report, CancellationToken cancellationToken)
    {
        var index = 0;
        IncomingFile? arriving = null;
        try
        {
            await foreach (var file in files.WithCancellation(cancellationToken))
            {
                if (index >= options.Value.MaxFiles)
                {
                    var problem = options.Value.TooManyFiles();
                    report.Fail(index++, file.FileName, problem.Problem, problem.Message);
                    if (index == options.Value.MaxReported)
                    {
                        return;
                    }

                    continue;
                }

                while (inFlight.MakingCount >= UploadOptions.MaxInFlight || inFlight.IsNextReady)
                {
                    await inFlight.RecordNextAsync(cancellationToken);
                }

                if (!await TryThrottleAsync(index, file, report, isFirst: report.Count + inFlight.Count == 0, cancellationToken))
                {
                    index++;
                    continue;
                }

                arriving = file;
                await inFlight.StartAsync(index, file, cancellationToken);
                arriving = null;
                index++;
            }
        }
        catch (ProblemException problem) when (problem.Problem == Problems.MalformedBody && report.Count + inFlight.Count > 0)
        {
            // Files received before the body ended unexpectedly are kept.
            report.Fail(index, arriving?.FileName, problem.Problem, problem.Message);
        }
    }

    /// <summary>
    /// Adds tags to all images of the request. The images are already recorded: these tags arrive last, and holding back all images until then would take too
    /// much memory. Changes that others have made in the meantime are kept.
    /// </summary>
    private async Task TagAllAsync(UploadTarget target, IReadOnlyList<string> sent, ReportBuilder report, CancellationToken cancellationToken)
    {
        if (sent.Count == 0 || report.Uploaded.Count == 0)
        {
            return;
        }

        if (ImageTags.Complaint(sent) is { } complaint)
        {
            report.RefuseTags($"The field of tags after the last file {complaint} The files were added without them.");
            return;
        }

        var tags = await db.NormalizeTagsAsync(sent, cancellationToken);
        await using var changes = await ImageChanges.BeginAsync(db, [.. report.Uploaded.Select(file => file.Image.Id)], clock, cancellationToken);
        var mayTag = new Dictionary<Guid, bool>();
        Image? full = null;
        for (var i = 0; i < report.Uploaded.Count; i++)
        {
            var (index, image) = report.Uploaded[i];
            if (changes.FindLive(image.Id) is not { } live)
            {
                continue;
            }

            if (!mayTag.TryGetValue(live.GroupId, out var isAllowed))
            {
                isAllowed = await MayTagAsync(target, live.GroupId, cancellationToken);
                mayTag.Add(live.GroupId, isAllowed);
            }

            string[] all = [.. live.Tags.Union(tags, StringComparer.Ordinal)];
            if (isAllowed && all.Length > Image.MaxTags)
            {
                full ??= live;
            }
            else if (isAllowed)
            {
                live.Tag(all);
                report.Uploaded[i] = (index, live);
            }
        }

        await changes.CommitAsync(cancellationToken);
        if (full is not null)
        {
            var count = full.Tags.Union(tags, StringComparer.Ordinal).Count();
            report.RefuseTags($"With the tags after the last file '{full.FileName}' would have {count} tags; at most {Image.MaxTags} are allowed. It was added without them.");
        }
    }

    /// <summary>
    /// Whether the caller may still tag the images of the request that are now in a group: they may have been moved, and a contributor's role may have ended.
    /// </summary>
    private async Task<bool> MayTagAsync(UploadTarget target, Guid groupId, CancellationToken cancellationToken) =>
        target.Tier is null || (target.IsContribution ? await db.FindRoleAsync(groupId, caller, cancellationToken) == MemberRole.Contributor : groupId == target.GroupId);

    /// <summary>Takes a rate limit token for a file. Without a token the file fails; if it is the first file, the whole request fails.</summary>
    private async Task<bool> TryThrottleAsync(int index, IncomingFile file, ReportBuilder report, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            await throttle.TakeAsync(Throttle.Uploads, 1, cancellationToken);
            return true;
        }
        catch (ProblemException problem) when (!isFirst)
        {
            report.Fail(index, file.FileName, problem.Problem, problem.Message);
            return false;
        }
    }

    /// <summary>
    /// The files that have arrived but are not recorded yet, in order. Files that are rendered while a transaction runs share the next transaction. Disposing
    /// undoes the files whose recording has not started.
    /// </summary>
    private sealed class FilesInFlight(IImageHubDb db, UploadPipeline pipeline, UploadTarget target, ReportBuilder report) : IAsyncDisposable
    {
        private const int MaxRecording = 16;

        private readonly Queue<(int Index, string FileName, Task<UnrecordedImage> Making)> files = new();
        private readonly Queue<(int Index, string FileName, Task<Image> Recording)> recordings = new();
        private readonly CancellationTokenSource abandoned = new();

        public int Count => files.Count + recordings.Count;

        public int MakingCount => files.Count;

        public bool IsNextReady => files.TryPeek(out var next) && next.Making.IsCompleted;

        public async Task StartAsync(int index, IncomingFile file, CancellationToken cancellationToken)
        {
            var name = await db.ToFileNameAsync(file.FileName, cancellationToken);
            try
            {
                var staged = await pipeline.StageAsync(db, target, file, cancellationToken);
                files.Enqueue((index, name, pipeline.MakeAsync(staged, abandoned.Token)));
            }
            catch (ProblemException problem) when (problem.Problem != Problems.MalformedBody)
            {
                files.Enqueue((index, name, Task.FromException<UnrecordedImage>(problem)));
            }
        }

        /// <summary>Waits until the next file is rendered and starts to record it.</summary>
        public async Task RecordNextAsync(CancellationToken cancellationToken)
        {
            var (index, name, making) = files.Peek();
            try
            {
                var made = await making.WaitAsync(cancellationToken);
                files.Dequeue();
                recordings.Enqueue((index, name, pipeline.RecordAsync(target, made)));
            }
            catch (ProblemException problem)
            {
                files.Dequeue();
                report.Refuse(index, name, problem);
            }

            while (recordings.Count > MaxRecording || (recordings.TryPeek(out var first) && first.Recording.IsCompleted))
            {
                await ReportNextAsync();
            }
        }

        /// <summary>Records the remaining files.</summary>
        public async Task RecordAllAsync(CancellationToken cancellationToken)
        {
            while (files.Count > 0)
            {
                await RecordNextAsync(cancellationToken);
            }

            while (recordings.Count > 0)
            {
                await ReportNextAsync();
            }
        }

        public async ValueTask DisposeAsync()
        {
            await abandoned.CancelAsync();
            while (files.TryDequeue(out var file))
            {
                await pipeline.AbandonAsync(file.Making);
            }

            // Files being recorded are kept, even if the request fails.
            await Task.WhenAll(recordings.Select(file => file.Recording)).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            abandoned.Dispose();
        }

        private async Task ReportNextAsync()
        {
            var (index, name, recording) = recordings.Dequeue();
            try
            {
                report.Upload(index, await recording);
            }
            catch (ProblemException problem)
            {
                report.Refuse(index, name, problem);
            }
        }
    }

    private sealed class ReportBuilder
    {
        private readonly List<SkippedFile> skipped = [];
        private readonly List<FailedFile> failed = [];

        public List<(int Index, Image Image)> Uploaded { get; } = [];

        public int Count => Uploaded.Count + skipped.Count + failed.Count;

        public void Upload(int index, Image image) => Uploaded.Add((index, image));

        public void Fail(int index, string? fileName, Problem problem, string error) =>
            failed.Add(new FailedFile(index, FileName.Sanitize(fileName), error, problem.Code));

        /// <summary>Reports invalid tags after the last file. The error's index is the number of files in the request.</summary>
        public void RefuseTags(string error) => Fail(Count, null, Problems.ValidationFailed, error);

        public void Refuse(int index, string fileName, ProblemException problem)
        {
            if (problem.Problem == Problems.DuplicateContent || problem.Problem == Problems.DuplicateFileName)
            {
                skipped.Add(new SkippedFile(index, fileName, problem.Message, problem.Problem.Code, problem.ExistingId));
            }
            else
            {
                Fail(index, fileName, problem.Problem, problem.Message);
            }
        }

        public async Task<UploadReport> ToReportAsync(IImageHubDb db, SummaryView view, CancellationToken cancellationToken) => new(
            await db.WithAccountsAsync([.. Uploaded.Select(file => new UploadedImage(file.Index, ImageSummary.From(file.Image, view)))], cancellationToken),
            [.. skipped.OrderBy(file => file.Index)],
            [.. failed.OrderBy(file => file.Index)]);
    }
}
