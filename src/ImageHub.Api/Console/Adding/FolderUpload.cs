using System.Net;
using System.Net.Http.Headers;
using ImageHub.Application.Errors;

namespace ImageHub.Api.Console.Adding;

/// <summary>Uploads planned groups, a few files at once, and keeps the folder's order.</summary>
/// <param name="server">The server.</param>
/// <param name="planned">The groups.</param>
internal sealed class FolderUpload(ServerClient server, IReadOnlyList<PlannedGroup> planned)
{
    /// <summary>From this size on the server is asked before the bytes are sent: it may refuse by the length alone.</summary>
    private const long WorthAsking = 1024 * 1024;

    private const string IsThere = "is in the group already";

    private static readonly int AtOnce = Math.Min(Environment.ProcessorCount + 1, 4);

    private readonly GroupProgress[] groups = [.. planned.Select(group => new GroupProgress(group))];
    private string? broken;
    private bool isOutOfOrder;

    /// <summary>Hears of every file that is done with.</summary>
    public Action<Outcome>? Ended { get; set; }

    /// <summary>Uploads.</summary>
    /// <param name="stop">No further file is begun; those in flight arrive.</param>
    public async Task RunAsync(CancellationToken stop)
    {
        using var gallery = new Gallery(server);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        try
        {
            var files = groups.SelectMany(group => Enumerable.Range(0, group.Planned.Files.Count).Select(index => (Group: group, Index: index)));
            await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = end.Token }, async (file, _) =>
            {
                try
                {
                    await AddAsync(gallery, file.Group, file.Index, end.Token);
                }
                catch (CannotAddException reason)
                {
                    broken ??= reason.Message;
                    await end.CancelAsync();
                }
                catch (OperationCanceledException) when (end.IsCancellationRequested)
                {
                    // It was waiting for its next try.
                }
            });
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // Those in flight have arrived.
        }

        if (broken is null)
        {
            await FinishAsync(gallery);
        }
    }

    /// <summary>The result of all uploads.</summary>
    public UploadResult Result(FolderScan scan)
    {
        var sent = groups.SelectMany(group => group.Outcomes).ToList();
        var unreadable = scan.Unreadable.Select(folder => Outcome.Failed(folder.Folder, folder.Reason));
        var noImages = scan.NoImages.Select(file => Outcome.Skipped(file, "no image by its name"));
        var all = sent.Concat(unreadable).Concat(noImages).ToLookup(outcome => outcome.Kind);
        return new UploadResult(all[OutcomeKind.Uploaded].Count(), [.. all[OutcomeKind.Skipped]], [.. all[OutcomeKind.Failed]], scan.Files - sent.Count)
        {
            Broken = broken,
            IsOutOfOrder = isOutOfOrder,
        };
    }

    private async Task AddAsync(Gallery gallery, GroupProgress group, int index, CancellationToken stop)
    {
        var file = group.Planned.Files[index];
        await group.Namesake(index).WaitAsync(stop);
        Outcome outcome;
        try
        {
            outcome = IsEmpty(file)
                ? Outcome.Failed(file, "The file is empty.")
                : await SendAsync(gallery, group, file, stop);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            outcome = Outcome.Failed(file, $"The file cannot be read: {unreadable.Message}");
        }

        group.End(index, outcome);
        Ended?.Invoke(outcome);
        if (group.CountDown() && !await gallery.OrderAsync(group.Target!.Id, group.Rows))
        {
            isOutOfOrder = true;
        }
    }

    /// <summary>Whether there is nothing to send. Pipes look like that, too, and opening one would wait for its other end.</summary>
    private static bool IsEmpty(LocalFile file)
    {
        var entry = new FileInfo(file.Path);
        return (entry.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? entry) is { Exists: true, Length: 0 };
    }

    private async Task<Outcome> SendAsync(Gallery gallery, GroupProgress group, LocalFile file, CancellationToken stop)
    {
        // Opened once before, so that what cannot be read makes no group.
        await using (File.OpenRead(file.Path))
        {
        }

        var target = group.Target ??= await gallery.FindOrCreateAsync(group.Planned.Title, stop);
        if (target.HadImages && await gallery.FindImageAsync(target.Id, file.Path, stop) is { } known)
        {
            return Outcome.Skipped(file, IsThere) with { ImageId = known };
        }

        Answer answer;
        try
        {
            answer = await server.SendAsync(() => Put(target.Id, file), stop);
        }
        catch (ServerUnreachableException reason)
        {
            // The server may live, and only this file never get through.
            await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, "api/v1/auth/me"), stop);
            return Outcome.Failed(file, reason.Message);
        }

        var isThere = answer.Status == HttpStatusCode.Conflict && answer.Code == Problems.DuplicateContent.Code;
        return answer switch
        {
            { Status: HttpStatusCode.Created } => Outcome.Uploaded(file, answer.Id),

            // It came through, and the answer to that was lost.
            { IsToRepeated: true, ExistingId: { } id } when isThere => Outcome.Uploaded(file, id),
            _ when isThere => Outcome.Skipped(file, IsThere) with { ImageId = answer.ExistingId },
            _ => Outcome.Failed(file, answer.Reason),
        };
    }

    private static HttpRequestMessage Put(Guid groupId, LocalFile file)
    {
        var content = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var request = new HttpRequestMessage(HttpMethod.Put, $"api/v1/groups/{groupId}/images/{Uri.EscapeDataString(file.Name)}")
        {
            Content = new StreamContent(content, bufferSize: 128 * 1024),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.ExpectContinue = content.Length >= WorthAsking;
        return request;
    }

    /// <summary>Orders what an early end left unordered, then the groups among each other.</summary>
    private async Task FinishAsync(Gallery gallery)
    {
        try
        {
            foreach (var group in groups.Where(group => group is { Target: not null, IsDone: false }))
            {
                isOutOfOrder |= !await gallery.OrderAsync(group.Target!.Id, group.Rows);
            }

            var empty = groups.Where(group => group is { Target.IsNew: true, Rows.Count: 0 }).ToList();
            foreach (var group in empty)
            {
                await gallery.RemoveIfEmptyAsync(group.Target!.Id);
            }

            var targets = groups.Except(empty).Select(group => group.Target).OfType<TargetGroup>().DistinctBy(target => target.Id);
            isOutOfOrder |= !await gallery.OrderAsync(null, [.. targets.Select(target => (target.Id, target.IsNew))]);
        }
        catch (CannotAddException reason)
        {
            broken = reason.Message;
        }
    }
}
