using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>A file whose content has arrived.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Target">The target of the upload if the file is an image.</param>
/// <param name="Spooled">The content.</param>
/// <param name="RequestedName">The file name in the request's address, in NFC.</param>
/// <param name="SafeName">The requested name as a safe file name.</param>
/// <param name="StoredName">The safe file name with the extension of the content.</param>
internal sealed record ReceivedDavFile(DavFolder Folder, UploadTarget Target, SpooledFile Spooled, string RequestedName, string SafeName, string StoredName) : IDisposable
{
    /// <summary>The file for which the request's conditions were checked; null if the request does not depend on it.</summary>
    public ExpectedDavFile? Expected { get; init; }

    /// <summary>The request's conditions, with its lock tokens.</summary>
    public DavConditions Conditions { get; init; } = DavConditions.None;

    public void Dispose() => Spooled.Dispose();
}

/// <summary>The file that must exist under the name when the received file is written.</summary>
/// <param name="ETag">Its entity tag; null if no file may have the name.</param>
internal sealed record ExpectedDavFile(string? ETag);

/// <summary>Writes and removes files. Images go through the upload pipeline; other files become placeholders.</summary>
internal sealed class DavFiles(
    IImageHubDb db, DavTree tree, DavLocks locks, UploadPipeline pipeline, LostFiles lostFiles, SendingPlaces places, FileSpool spool, UploadCompletion completion, IObjectStore store, UnreferencedObjects unreferenced, ICaller caller, TimeProvider clock)
{
    private const string ContentType = "application/octet-stream";

    /// <summary>Receives a file's content. The file's name may get the extension of its content.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="requestedName">The file name in the request's address, in NFC.</param>
    /// <param name="name">The requested name as a safe file name.</param>
    /// <param name="content">The content, readable once.</param>
    /// <param name="declaredBytes">The size declared by the client, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">The errors of uploads.</exception>
    public async Task<ReceivedDavFile> ReceiveAsync(DavFolder folder, string requestedName, string name, Stream content, long? declaredBytes, CancellationToken cancellationToken)
    {
        if (folder.GroupId is null)
        {
            throw NotInRoot();
        }

        var target = await db.FindUploadTargetAsync(folder.IsOwn ? null : folder.GroupId, caller, cancellationToken);
        var maxBytes = pipeline.MaxFileBytes(target);
        if (declaredBytes > maxBytes)
        {
            throw UploadPipeline.TooLarge(maxBytes);
        }

        using var place = places.Take(target);
        var spooled = await spool.WriteAsync([content], maxBytes, () => UploadPipeline.TooLarge(maxBytes), cancellationToken);
        return new ReceivedDavFile(folder, target, spooled, requestedName, name, spooled.ClaimedFormat is { } format ? FileName.WithExtensionFor(name, format) : name);
    }

    /// <summary>Writes a received file.</summary>
    /// <returns>Whether the file is new.</returns>
    /// <exception cref="ProblemException">
    /// The errors of uploads; 403 if the image with the name may not be replaced; 409 if another image has the stored name, which differs from the requested
    /// name; 412 if the expected file was changed; 423 <c>locked</c>; 507 <c>webDavFull</c>.
    /// </exception>
    public async Task<bool> WriteAsync(ReceivedDavFile file, CancellationToken cancellationToken)
    {
        var (folder, _, spooled, _, safeName, name) = file;
        if (spooled.ClaimedFormat is null)
        {
            return await WritePlaceholderAsync(file, cancellationToken);
        }

        try
        {
            var (imageId, isNew) = await WriteImageAsync(file, cancellationToken);
            foreach (var placeholder in (string[])[name, .. safeName == name ? [] : (string[])[safeName]])
            {
                await RemovePlaceholderAsync(folder, placeholder, imageId, CancellationToken.None);
            }

            return isNew;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.DuplicateContent || problem.Problem == Problems.DuplicateFileName)
        {
            // If a client repeats a request while its first attempt is still running, the first attempt may have added the same image.
            if (await tree.FindFileAsync(folder, name, cancellationToken) is { ImageId: not null } same && same.Sha256.AsSpan().SequenceEqual(spooled.Sha256))
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>Moves a placeholder. An existing placeholder with the name is replaced.</summary>
    /// <param name="id">The placeholder.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="name">The name.</param>
    /// <param name="check">Checks locks and conditions in the transaction.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">404 if the placeholder no longer exists; the errors of the check.</exception>
    public async Task MovePlaceholderAsync(Guid id, DavFolder folder, string name, Func<Task> check, CancellationToken cancellationToken)
    {
        var groupId = folder.GroupId ?? throw NotInRoot();
        await using (var transaction = await db.Locks.LockWebDavAsync(cancellationToken))
        {
            await check();
            var own = db.Placeholders.Where(row => row.AccountId == caller.UserId);
            var file = await own.AsTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) ?? throw DavProblems.NotFound();
            await own.Where(row => row.GroupId == groupId && row.Name == name && row.Id != id).ExecuteDeleteAsync(cancellationToken);
            file.Move(groupId, name);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await completion.DeleteReleasedPartsAsync(cancellationToken);
    }

    /// <summary>Deletes a placeholder with its content.</summary>
    /// <param name="id">The placeholder.</param>
    /// <param name="check">Checks locks in the transaction; null for no check.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task DeletePlaceholderAsync(Guid id, Func<Task>? check, CancellationToken cancellationToken)
    {
        await using (var transaction = await db.Locks.LockWebDavAsync(cancellationToken))
        {
            await (check?.Invoke() ?? Task.CompletedTask);
            await db.Placeholders.Where(row => row.AccountId == caller.UserId && row.Id == id).ExecuteDeleteAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        await completion.DeleteReleasedPartsAsync(cancellationToken);
    }

    /// <summary>403 for a file in the root.</summary>
    public static ProblemException NotInRoot() => new(Problems.Forbidden, $"Files belong in a folder; '{DavPath.Root}' itself contains only folders.");

    /// <summary>Opens the content of a placeholder.</summary>
    public Stream OpenRead(DavFile file) => file.Bytes == 0 ? Stream.Null : store.OpenRead(UploadPart.KeyFor(file.ContentId), file.Bytes);

    /// <summary>
    /// Replaces the properties of a folder or file with copies of another one's properties. Does nothing if the other one has none, or if the account has no room
    /// for them: the copy exists by then, and needs no properties (RFC 4918, section 9.8.2).
    /// </summary>
    public async Task CopyPropertiesAsync(DavResource from, DavResource to, CancellationToken cancellationToken)
    {
        var properties = await db.PropertiesOf(from.Owner).ToListAsync(cancellationToken);
        if (properties.Count == 0)
        {
            return;
        }

        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        await db.PropertiesOf(to.Owner).ExecuteDeleteAsync(cancellationToken);
        foreach (var property in properties)
        {
            db.DavProperties.Add(DavProperty.Create(to.Owner, property.Namespace, property.Name, property.Value, caller.UserId!.Value, clock.Now()));
        }

        try
        {
            await db.EnsurePropertiesFitAsync(to.Owner, caller.UserId!.Value, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.WebDavFull)
        {
            db.ChangeTracker.Clear();
        }
    }

    /// <summary>Writes an image.</summary>
    /// <returns>The image, and whether no image had the name before.</returns>
    private async Task<(Guid ImageId, bool IsNew)> WriteImageAsync(ReceivedDavFile file, CancellationToken cancellationToken)
    {
        var (folder, target, spooled, requestedName, _, name) = file;
        var found = await tree.FindFileAsync(folder, name, cancellationToken);
        EnsureExpected(file, found);
        var former = found is { ImageId: not null } ? found : null;
        if (former is not null && former.Sha256.AsSpan().SequenceEqual(spooled.Sha256))
        {
            return await lostFiles.TryRestoreAsync(db, former.ImageId!.Value, spooled, cancellationToken) ? (former.ImageId.Value, false) : throw ProblemException.ObjectLost();
        }

        if (former is not null && former.Name != requestedName)
        {
            throw DavProblems.NameTaken(requestedName, former.Name);
        }

        if (former is not null && !caller.IsAdmin && !folder.IsOwn && former.AddedBy != caller.UserId)
        {
            throw new ProblemException(Problems.InsufficientScope, $"'{name}' was uploaded by another account; replacing it needs a key with the scope 'admin'.");
        }

        // The name and the bytes of the former image are free once it is in the trash.
        var staged = await pipeline.StageAsync(
            db, target, spooled, name, isRenamedOnClash: former is not null, [], cancellationToken, freedBytes: former is not null && (folder.IsOwn || former.AddedBy == target.AddedBy) ? former.Bytes : 0);
        var made = await pipeline.MakeAsync(staged, cancellationToken);
        if (former is not null)
        {
            var (image, hasReplaced) = await pipeline.ReplaceAsync(target, made, former.ImageId!.Value, isFormerRequired: file.Expected is not null, rows => EnsureUnlockedAsync(rows, file, isNew: false));
            if (hasReplaced)
            {
                await MovePropertiesAsync(DavPropertyOwner.Image(former.ImageId.Value), image.Id, CancellationToken.None);
            }

            return (image.Id, !hasReplaced);
        }

        try
        {
            return ((await pipeline.RecordAsync(target, made, check: rows => EnsureUnlockedAsync(rows, file, isNew: found is null))).Id, true);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.DuplicateFileName && file.Expected is not null)
        {
            throw DavProblems.ConditionFailed(name);
        }
    }

    private static void EnsureExpected(ReceivedDavFile file, DavFile? found)
    {
        if (file.Expected is { } expected && expected.ETag != found?.ETag)
        {
            throw DavProblems.ConditionFailed(file.StoredName);
        }
    }

    /// <summary>
    /// Checks the locks again in the transaction that commits a file, because others may have locked its address while its content arrived and was rendered.
    /// </summary>
    private async Task EnsureUnlockedAsync(IImageHubDb rows, ReceivedDavFile file, bool isNew)
    {
        await locks.EnsureUnlockedAsync(rows, file.Folder, file.StoredName, file.Conditions, isNew, CancellationToken.None);
        if (file.SafeName != file.StoredName)
        {
            await locks.EnsureUnlockedAsync(rows, file.Folder, file.SafeName, file.Conditions, isAddedOrRemoved: false, CancellationToken.None);
        }
    }

    /// <summary>Writes a file that is not an image.</summary>
    private async Task<bool> WritePlaceholderAsync(ReceivedDavFile file, CancellationToken cancellationToken)
    {
        var (folder, _, spooled, _, _, name) = file;
        var found = await tree.FindFileAsync(folder, name, cancellationToken);
        EnsureExpected(file, found);
        if (found is { ImageId: not null })
        {
            // Some clients send an empty file before its content. The image stays until its new content has arrived.
            return spooled.Bytes == 0 ? false : throw new ProblemException(Problems.UnsupportedFormat, $"'{name}' is an image; only another image can replace it.");
        }

        if (VideoSignature.IsVideo(spooled.Path))
        {
            throw new ProblemException(Problems.UnsupportedFormat, $"'{name}' is a video; only images are kept.");
        }

        if (spooled.Bytes > Placeholder.MaxBytes)
        {
            throw new ProblemException(Problems.FileTooLarge, $"'{name}' is not an image; such files may have at most {Placeholder.MaxBytes} bytes.");
        }

        if (spooled.Bytes > 0)
        {
            await store.PutAsync([new NewObject(UploadPart.KeyFor(spooled.Id), spooled.Path, ContentType)], cancellationToken);
        }

        bool isNew;
        try
        {
            isNew = await RecordPlaceholderAsync(file, cancellationToken);
        }
        catch (ProblemException)
        {
            // After other errors the row may exist. Reconciliation deletes an object without a row.
            await unreferenced.TryDeleteAsync([UploadPart.KeyFor(spooled.Id)]);
            throw;
        }

        await completion.DeleteReleasedPartsAsync(CancellationToken.None);
        return isNew;
    }

    private async Task<bool> RecordPlaceholderAsync(ReceivedDavFile received, CancellationToken cancellationToken)
    {
        var (groupId, name, spooled) = (received.Folder.GroupId!.Value, received.StoredName, received.Spooled);
        var now = clock.Now();
        var accountId = caller.UserId!.Value;
        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        var found = await tree.FindFileAsync(received.Folder, name, cancellationToken);
        EnsureExpected(received, found);
        await EnsureUnlockedAsync(db, received, isNew: found is null);
        var own = db.Placeholders.Where(row => row.AccountId == accountId);
        var former = await own.AsTracking().SingleOrDefaultAsync(row => row.GroupId == groupId && row.Name == name, cancellationToken);
        var isNew = former is null || former.WrittenAt <= now - Placeholder.Lifetime;
        var others = await own.Where(row => row.GroupId != groupId || row.Name != name).GroupBy(_ => 1).Select(rows => new { Count = rows.Count(), Bytes = rows.Sum(row => row.Bytes) }).SingleOrDefaultAsync(cancellationToken);
        if (others is not null && (others.Count >= Placeholder.MaxCount || others.Bytes + spooled.Bytes > Placeholder.MaxTotalBytes))
        {
            throw new ProblemException(
                Problems.WebDavFull,
                $"The account has {others.Count} files with {others.Bytes} bytes that are not images; {Placeholder.MaxCount} files with {Placeholder.MaxTotalBytes} bytes are kept, each for a day.");
        }

        var file = former ?? Placeholder.Create(accountId, groupId, name, now);
        if (former is null)
        {
            db.Placeholders.Add(file);
        }
        else
        {
            await db.UploadParts.Where(part => part.PlaceholderId == file.Id).ExecuteUpdateAsync(set => set.SetProperty(part => part.PlaceholderId, (Guid?)null), cancellationToken);
        }

        file.Write(spooled.Id, spooled.Bytes, now);
        if (spooled.Bytes > 0)
        {
            db.UploadParts.Add(new UploadPart(spooled.Id, null, 0, spooled.Bytes) { PlaceholderId = file.Id, Sha256 = spooled.Sha256 });
        }

        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return isNew;
    }

    /// <summary>Removes the caller's placeholder with this name, because an image has the name now. The image gets the placeholder's properties.</summary>
    private async Task RemovePlaceholderAsync(DavFolder folder, string name, Guid imageId, CancellationToken cancellationToken)
    {
        var placeholders = db.Placeholders.Where(file => file.AccountId == caller.UserId && file.GroupId == folder.GroupId && file.Name == name);
        if (await placeholders.Select(file => (Guid?)file.Id).SingleOrDefaultAsync(cancellationToken) is not { } id)
        {
            return;
        }

        await MovePropertiesAsync(DavPropertyOwner.Placeholder(id), imageId, cancellationToken);
        await DeletePlaceholderAsync(id, check: null, cancellationToken);
    }

    private async Task MovePropertiesAsync(DavPropertyOwner from, Guid imageId, CancellationToken cancellationToken)
    {
        if (!await db.PropertiesOf(from).AnyAsync(cancellationToken))
        {
            return;
        }

        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        await db.PropertiesOf(DavPropertyOwner.Image(imageId)).ExecuteDeleteAsync(cancellationToken);
        await db.PropertiesOf(from).ExecuteUpdateAsync(
            set => set.SetProperty(property => property.PlaceholderId, (Guid?)null).SetProperty(property => property.ImageId, imageId), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
