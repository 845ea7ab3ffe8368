using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Threading.Channels;
using ImageHub.Api.Images;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Client;
using ImageDetails = ImageHub.Client.ImageDetails;

namespace ImageHub.Api.Console.Adding;

/// <summary>
/// Uploads planned groups. Hashes and announces the files in batches, in the folder's order, which the server keeps. Sends the files that the
/// server needs, several at a time, each followed by its sidecar. An interrupted file resumes where it stopped.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="planned">The groups to upload.</param>
/// <param name="isPublished">Whether new groups are visible to visitors immediately.</param>
/// <param name="isRenaming">Whether a file whose name is taken is renamed instead of rejected.</param>
/// <param name="sidecars">The sidecars of photos.</param>
/// <param name="isUpdating">
/// Whether sidecars also replace the fields of photos that are already on the server. Otherwise, sidecars only fill in the missing fields of these photos, so
/// that a second run keeps curators' changes.
/// </param>
/// <param name="isNested">Whether groups are found by their place among nested groups, and not by their title alone.</param>
internal sealed class FolderUpload(
    ServerClient server, IReadOnlyList<PlannedGroup> planned, bool isPublished, bool isRenaming, IReadOnlyDictionary<LocalFile, LocalFile> sidecars, bool isUpdating, bool isNested)
{
    /// <summary>
    /// The number of files hashed and announced together: small enough to start quickly, large enough to make the request's own cost
    /// negligible.
    /// </summary>
    private const int AnnouncedAtOnce = 250;

    private const string TusVersion = "1.0.0";
    private const string IsThere = "is in the group already";
    private const string IsInAlbum = "is also in an album";

    /// <summary>The codes of problems that usually last until the file changes. A used-up quota, for example, may end earlier.</summary>
    private static readonly HashSet<string> AboutTheFile = new(
        new[] { Problems.DuplicateFileName, Problems.FileTooLarge, Problems.UnsupportedFormat, Problems.CorruptImage, Problems.TooComplex, Problems.TooManyPixels }.Select(problem => problem.Code),
        StringComparer.Ordinal);

    private static readonly int SentAtOnce = Math.Clamp(Environment.ProcessorCount * 2, 4, 8);

    /// <summary>
    /// Files with the same content as an earlier file in the same group, and photos in Takeout's year folders that are also in an album. The result of the
    /// other file determines their result.
    /// </summary>
    private readonly List<HeldFile> held = [];

    private readonly Outcome?[][] outcomes = [.. planned.Select(group => new Outcome?[group.Files.Count])];
    private readonly ConcurrentQueue<Outcome> withoutSidecar = [];
    private int described;
    private int completed;
    private string? broken;
    private long maxBytes = long.MaxValue;

    /// <summary>Called for every finished file.</summary>
    public Action<Outcome>? Ended { get; set; }

    /// <summary>Runs the upload.</summary>
    /// <param name="stop">Starts no further file; files in flight are completed.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var gallery = new Gallery(server, isNested);
        Dictionary<GroupPlace, TargetGroup> targets = [];
        await GuardAsync(
            async () =>
            {
                var limits = await server.TrySendAsync(client => client.TusOptionsAsync(CancellationToken.None), end.Token);
                maxBytes = long.TryParse(limits?.FindHeader("Tus-Max-Size"), NumberStyles.None, CultureInfo.InvariantCulture, out var most) ? most : maxBytes;
                targets = await gallery.FindOrCreateAsync([.. planned.SelectMany(group => group.Place.WithAbove()).Distinct()], isPublished, end.Token);
                await PassAsync(needed => AnnounceAllAsync(targets, needed, end.Token), end);
                await PassAsync(needed => AnnounceHeldAsync(targets, needed, end.Token), end);
            },
            end);
        if (broken is null)
        {
            await GuardAsync(() => RemoveEmptyAsync(gallery, targets), end);
        }
    }

    /// <summary>The files that need no further attempt: they are on the server now, or the server would refuse them again.</summary>
    public IEnumerable<LocalFile> Finished => outcomes.SelectMany(group => group).OfType<Outcome>().Where(outcome => outcome.Kind != OutcomeKind.Failed || outcome.IsFinal).Select(outcome => outcome.File);

    /// <summary>The result of all uploads.</summary>
    public UploadResult Result(FolderScan scan)
    {
        var sent = outcomes.SelectMany(group => group).OfType<Outcome>().ToList();
        var unreadable = scan.Unreadable.Select(unreadable => Outcome.Failed(unreadable.Entry, unreadable.Reason));
        var noImages = scan.NoImages.Select(file => Outcome.Skipped(file, SidecarNames.IsSidecar(file.Name) ? "sidecar without a photo" : "not an image by its file name"));
        var hidden = scan.Hidden.Select(entry => Outcome.Skipped(entry, "hidden"));
        var all = sent.Concat(withoutSidecar).Concat(unreadable).Concat(noImages).Concat(hidden).ToLookup(outcome => outcome.Kind);
        return new UploadResult(all[OutcomeKind.Uploaded].Count(), [.. all[OutcomeKind.Skipped]], [.. all[OutcomeKind.Failed]], scan.Files - sent.Count) { Broken = broken, Described = described, Completed = completed };
    }

    private async Task GuardAsync(Func<Task> work, CancellationTokenSource end)
    {
        try
        {
            await work();
        }
        catch (CannotAddException reason)
        {
            broken ??= reason.Message;
            await end.CancelAsync();
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // All files in flight have been completed.
        }
    }

    /// <summary>Announces files, and concurrently sends the files that the server needs.</summary>
    private async Task PassAsync(Func<ChannelWriter<NeededFile>, Task> announce, CancellationTokenSource end)
    {
        var needed = Channel.CreateBounded<NeededFile>(AnnouncedAtOnce);
        var senders = Enumerable.Range(0, SentAtOnce).Select(_ => GuardAsync(() => SendAllAsync(needed.Reader, end.Token), end));
        await Task.WhenAll([.. senders, GuardAsync(AnnounceAsync, end)]);

        async Task AnnounceAsync()
        {
            try
            {
                await announce(needed.Writer);
            }
            finally
            {
                needed.Writer.Complete();
            }
        }
    }

    private async Task RemoveEmptyAsync(Gallery gallery, Dictionary<GroupPlace, TargetGroup> targets)
    {
        var filled = planned.Zip(outcomes).Where(group => group.Second.Any(outcome => outcome?.Kind == OutcomeKind.Uploaded)).Select(group => group.First.Place).ToHashSet();
        foreach (var (_, target) in targets.Where(group => group.Value.IsNew && !filled.Contains(group.Key)).OrderByDescending(group => group.Key.WithAbove().Count()))
        {
            await gallery.RemoveIfEmptyAsync(target.Id);
        }
    }

    private async Task AnnounceAllAsync(Dictionary<GroupPlace, TargetGroup> targets, ChannelWriter<NeededFile> needed, CancellationToken stop)
    {
        var withYears = planned.Where(group => group.IsYear).Select(group => group.FolderAbove).ToHashSet(StringComparer.Ordinal);
        var inAlbums = new Dictionary<(string? FolderAbove, string Sha256), Place>();

        // The albums come first, because the year folders leave out the albums' photos.
        foreach (var (number, group) in planned.Index().OrderBy(group => group.Item.IsYear))
        {
            var first = new Dictionary<string, Place>(StringComparer.Ordinal);
            foreach (var part in Enumerable.Range(0, group.Files.Count).Chunk(AnnouncedAtOnce))
            {
                stop.ThrowIfCancellationRequested();
                var announced = new List<HashedFile>();
                foreach (var file in await HashAsync(number, part, stop))
                {
                    var place = new Place(number, file.Index);
                    if (group.IsYear && inAlbums.TryGetValue((group.FolderAbove, file.Sha256), out var album))
                    {
                        held.Add(new HeldFile(number, file, album));
                    }
                    else if (!first.TryAdd(file.Sha256, place))
                    {
                        held.Add(new HeldFile(number, file, first[file.Sha256]));
                    }
                    else
                    {
                        announced.Add(file);
                        if (!group.IsYear && withYears.Contains(group.FolderAbove))
                        {
                            inAlbums.TryAdd((group.FolderAbove, file.Sha256), place);
                        }
                    }
                }

                await AnnounceAsync(number, targets[group.Place].Id, [.. announced], needed, stop);
            }
        }
    }

    /// <summary>Announces a held file if its first file failed, and skips it if its first file arrived.</summary>
    private async Task AnnounceHeldAsync(Dictionary<GroupPlace, TargetGroup> targets, ChannelWriter<NeededFile> needed, CancellationToken stop)
    {
        foreach (var (group, file, first) in held)
        {
            switch (outcomes[first.Group][first.Index])
            {
                case { Kind: OutcomeKind.Failed }:
                    await AnnounceAsync(group, targets[planned[group].Place].Id, [file], needed, stop);
                    break;
                case { } arrived:
                    // A sidecar of the first file takes precedence over this file's sidecar.
                    var imageId = sidecars.ContainsKey(arrived.File) ? null : arrived.ImageId;
                    await EndThereAsync(group, file, Outcome.Skipped(file.File, first.Group == group ? IsThere : IsInAlbum, imageId), needed, stop);
                    break;
            }
        }
    }

    /// <summary>Ends a file whose content is on the server already, after sending its sidecar if it has one.</summary>
    private async Task EndThereAsync(int group, HashedFile file, Outcome known, ChannelWriter<NeededFile> needed, CancellationToken stop)
    {
        if (known.ImageId is not null && sidecars.ContainsKey(file.File))
        {
            await needed.WriteAsync(new NeededFile(group, file, UploadId: null, known), stop);
        }
        else
        {
            End(group, file.Index, known);
        }
    }

    /// <summary>Reads sizes and hashes, several files at a time. Unreadable files are reported as failed.</summary>
    private async Task<IEnumerable<HashedFile>> HashAsync(int group, int[] indexes, CancellationToken stop)
    {
        var hashed = new HashedFile?[indexes.Length];
        await Parallel.ForAsync(0, indexes.Length, stop, async (at, cancellationToken) =>
        {
            var file = planned[group].Files[indexes[at]];
            try
            {
                if (IsEmpty(file))
                {
                    End(group, indexes[at], Outcome.Refused(file, "The file is empty."));
                    return;
                }

                await using var content = Open(file);
                if (content.Length > maxBytes)
                {
                    // The server would reject the file when it is announced. This check saves hashing the file.
                    End(group, indexes[at], Outcome.Refused(file, $"The file exceeds the limit of {maxBytes} bytes."));
                    return;
                }

                hashed[at] = new HashedFile(indexes[at], file, content.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)));
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                End(group, indexes[at], Unreadable(file, unreadable));
            }
        });
        return hashed.OfType<HashedFile>();
    }

    private async Task AnnounceAsync(int group, Guid groupId, HashedFile[] files, ChannelWriter<NeededFile> needed, CancellationToken stop)
    {
        if (files.Length == 0)
        {
            return;
        }

        var body = new CreateUpload
        {
            GroupId = groupId,
            Files = [.. files.Select(file => new AnnouncedFile { FileName = file.File.Name, Bytes = file.Bytes, Sha256 = file.Sha256 })],
            OnNameClash = isRenaming ? NameClash.Rename : NameClash.Fail,
        };
        var created = await CreateAsync(group, body, stop);
        foreach (var (file, result) in files.Zip(created.Files))
        {
            switch (result)
            {
                case { UploadUrl: { } url }:
                    // The last segment is the upload's id.
                    await needed.WriteAsync(new NeededFile(group, file, Guid.Parse(url[(url.LastIndexOf('/') + 1)..]), Known: null), stop);
                    break;
                case { Status: UploadStatus.Duplicate }:
                    await EndThereAsync(group, file, Outcome.Skipped(file.File, IsThere, result.ExistingId), needed, stop);
                    break;
                default:
                    End(group, file.Index, Refused(file.File, result.Code, result.Error!));
                    break;
            }
        }
    }

    private async Task<CreatedUpload> CreateAsync(int group, CreateUpload body, CancellationToken stop)
    {
        try
        {
            return await server.SendAsync(client => client.UploadsCreateAsync(body, CancellationToken.None), stop);
        }
        catch (ApiException refused)
        {
            throw new CannotAddException($"The server accepts no files for '{planned[group].Title}': {refused.Reason()}");
        }
    }

    private async Task SendAllAsync(ChannelReader<NeededFile> needed, CancellationToken stop)
    {
        await foreach (var file in needed.ReadAllAsync(stop))
        {
            stop.ThrowIfCancellationRequested();
            var outcome = file.Known ?? await SendAsync(file.Hashed.File, file.UploadId!.Value, stop);
            if (outcome.ImageId is { } imageId && sidecars.TryGetValue(outcome.File, out var sidecar))
            {
                await DescribeAsync(imageId, sidecar, isThere: outcome.Kind == OutcomeKind.Skipped, stop);
            }

            End(file.Group, file.Hashed.Index, outcome);
        }
    }

    /// <summary>
    /// Sends the sidecar of a photo. The photo has no result until its sidecar has one, so a photo whose sidecar was not sent counts as not sent.
    /// </summary>
    private async Task DescribeAsync(Guid imageId, LocalFile sidecar, bool isThere, CancellationToken stop)
    {
        var onlyMissing = isThere && !isUpdating;
        try
        {
            var content = await File.ReadAllBytesAsync(sidecar.Path, CancellationToken.None);

            // After Ctrl-C, the sidecar of a photo in flight is still sent, but without retries.
            await (stop.IsCancellationRequested ? server.SendOnceAsync(Put) : server.SendAsync(Put, stop));
            Interlocked.Increment(ref (onlyMissing ? ref completed : ref described));

            Task<ImageDetails> Put(ImageHubClient client) => client.ImagesPutSidecarAsync(
                imageId, new FileParameter(new MemoryStream(content), sidecar.Name, SidecarBodies.FindMediaType(sidecar.Name)), onlyMissing, CancellationToken.None);
        }
        catch (ApiException refused)
        {
            withoutSidecar.Enqueue(onlyMissing && refused.StatusCode == (int)HttpStatusCode.NotFound
                ? Outcome.Skipped(sidecar, "sidecar of a photo of another account")
                : Outcome.Failed(sidecar, refused.Reason()));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            withoutSidecar.Enqueue(Unreadable(sidecar, unreadable));
        }
    }

    private async Task<Outcome> SendAsync(LocalFile file, Guid uploadId, CancellationToken stop)
    {
        try
        {
            var isAgain = false;
            var answer = await ServerClient.RetryAsync(
                async () =>
                {
                    var offset = 0L;
                    if (isAgain)
                    {
                        var state = await FindStateAsync(uploadId);
                        if (state is not null && FindImage(state) is not null)
                        {
                            return state;
                        }

                        // An empty PATCH returns the reason why the upload has ended.
                        offset = state is null ? new FileInfo(file.Path).Length : long.Parse(state.FindHeader("Upload-Offset")!, CultureInfo.InvariantCulture);
                    }

                    isAgain = true;
                    return await server.SendOnceAsync(client => client.TusAppendAsync(uploadId, TusVersion, offset, Open(file, offset), cancellationToken: CancellationToken.None));
                },
                stop);
            return FindImage(answer) switch
            {
                { } existing when answer.FindHeader("ImageHub-Duplicate") is not null => Outcome.Skipped(file, IsThere, existing),
                { } added => Outcome.Uploaded(file, added),
                null => Outcome.Failed(file, "The file became shorter while it was being sent."),
            };
        }
        catch (ApiException refused)
        {
            return Refused(file, refused.Problem()?.Code, refused.Reason());
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return Unreadable(file, unreadable);
        }
        catch (ServerUnreachableException reason)
        {
            // This request throws if the server is unreachable. Otherwise only this file has failed.
            await server.TrySendAsync(client => client.HealthLiveAsync(CancellationToken.None), stop);
            return Outcome.Failed(file, reason.Message);
        }
    }

    /// <summary>Reads the state of an upload that was interrupted. Returns null if the upload has ended.</summary>
    private async Task<ApiResponse?> FindStateAsync(Guid uploadId)
    {
        try
        {
            return await server.SendOnceAsync(client => client.TusHeadAsync(uploadId, TusVersion));
        }
        catch (ApiException ended) when (ended.StatusCode == (int)HttpStatusCode.Gone)
        {
            return null;
        }
    }

    /// <summary>The id of the image that an upload created, or of the existing image with the same content.</summary>
    private static Guid? FindImage(ApiResponse answer) => answer.FindHeader("ImageHub-Image-Id") is { } id ? Guid.Parse(id) : null;

    private static FileStream Open(LocalFile file, long offset)
    {
        var content = Open(file);
        content.Position = offset;
        return content;
    }

    private static FileStream Open(LocalFile file) =>
        new(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);

    private static Outcome Refused(LocalFile file, string? code, string reason) =>
        code is not null && AboutTheFile.Contains(code) ? Outcome.Refused(file, reason) : Outcome.Failed(file, reason);

    private static Outcome Unreadable(LocalFile file, Exception reason) => Outcome.Failed(file, $"The file cannot be read: {reason.Message}");

    /// <summary>Whether a file is empty. Pipes look empty, too, and opening a pipe would wait for its other end.</summary>
    private static bool IsEmpty(LocalFile file)
    {
        var entry = new FileInfo(file.Path);
        return (entry.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? entry) is { Exists: true, Length: 0 };
    }

    private void End(int group, int index, Outcome outcome)
    {
        outcomes[group][index] = outcome;
        Ended?.Invoke(outcome);
    }

    private sealed record HashedFile(int Index, LocalFile File, long Bytes, string Sha256);

    /// <summary>The place of a file among the planned groups.</summary>
    private readonly record struct Place(int Group, int Index);

    /// <summary>A file with the content of the file at <paramref name="First"/>.</summary>
    private sealed record HeldFile(int Group, HashedFile File, Place First);

    /// <summary>A file to send, or a photo that is there already and has a sidecar to send.</summary>
    private sealed record NeededFile(int Group, HashedFile Hashed, Guid? UploadId, Outcome? Known);
}
