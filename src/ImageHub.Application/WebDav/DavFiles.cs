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
/// <param name="Target">Where the image is added if the file is one.</param>
/// <param name="Spooled">The content.</param>
/// <param name="SentName">The file name as sent.</param>
/// <param name="Name">The file name with the extension of the content.</param>
internal sealed record ReceivedDavFile(DavFolder Folder, UploadTarget Target, SpooledFile Spooled, string SentName, string Name) : IDisposable
{
    /// <summary>The image for which the request's conditions were checked; null if the request has none.</summary>
    public ExpectedImage? Expected { get; init; }

    public void Dispose() => Spooled.Dispose();
}

/// <summary>The image that must have the name when the file is written.</summary>
/// <param name="Id">The image; null if no image may have the name.</param>
internal sealed record ExpectedImage(Guid? Id);

/// <summary>Writes and removes files. Images take the way of every upload; other files become placeholders.</summary>
internal sealed class DavFiles(
    IImageHubDb db, DavTree tree, UploadPipeline pipeline, FileSpool spool, ImageRecorder recorder, UploadCompletion completion, IObjectStore store, UnreferencedObjects unreferenced, ICaller caller, TimeProvider clock)
{
    private const string ContentType = "application/octet-stream";

    /// <summary>Receives a file's content. The file's name may get the extension of its content.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">A safe file name.</param>
    /// <param name="content">The content, readable once.</param>
    /// <param name="declaredBytes">The size declared by the client, or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">The errors of uploads.</exception>
    public async Task<ReceivedDavFile> ReceiveAsync(DavFolder folder, string name, Stream content, long? declaredBytes, CancellationToken cancellationToken)
    {
        if (folder.GroupId is null)
        {
            throw new ProblemException(Problems.Forbidden, $"Files belong into a folder; '{DavPath.Root}' itself contains only folders.");
        }

        var target = await db.FindUploadTargetAsync(folder.IsOwn ? null : folder.GroupId, caller, cancellationToken);
        var maxBytes = pipeline.MaxFileBytes(target);
        if (declaredBytes > maxBytes)
        {
            throw UploadPipeline.TooLarge(maxBytes);
        }

        var spooled = await spool.WriteAsync([content], maxBytes, () => UploadPipeline.TooLarge(maxBytes), cancellationToken);
        return new ReceivedDavFile(folder, target, spooled, name, spooled.ClaimedFormat is { } format ? FileName.WithExtensionFor(name, format) : name);
    }

    /// <summary>Writes a received file.</summary>
    /// <returns>Whether the file is new.</returns>
    /// <exception cref="ProblemException">The errors of uploads; 403 if the image with the name may not be replaced; 412 if it was changed meanwhile; 507 <c>webDavFull</c>.</exception>
    public async Task<bool> WriteAsync(ReceivedDavFile file, CancellationToken cancellationToken)
    {
        var (folder, _, spooled, sentName, name) = file;
        if (spooled.ClaimedFormat is null)
        {
            return await WriteOtherAsync(folder, name, spooled, cancellationToken);
        }

        try
        {
            var (imageId, isNew) = await WriteImageAsync(file, cancellationToken);
            foreach (var placeholder in (string[])[name, .. sentName == name ? [] : (string[])[sentName]])
            {
                await RemovePlaceholderAsync(folder, placeholder, imageId, CancellationToken.None);
            }

            return isNew;
        }
        catch (ProblemException problem) when (problem.Problem == Problems.DuplicateContent || problem.Problem == Problems.DuplicateFileName)
        {
            // A client that repeats a request may overtake its first attempt.
            if (await tree.FindFileAsync(folder, name, cancellationToken) is { ImageId: not null } same && same.Sha256.AsSpan().SequenceEqual(spooled.Sha256))
            {
                return false;
            }

            throw;
        }
    }

    /// <summary>Moves a placeholder's row, or removes it with its content.</summary>
    /// <exception cref="ProblemException">404 if a placeholder that is to be moved no longer exists.</exception>
    public async Task ChangePlaceholderAsync(Guid id, (Guid GroupId, string Name)? destination, CancellationToken cancellationToken)
    {
        await using (var transaction = await db.Locks.LockWebDavAsync(cancellationToken))
        {
            var own = db.Placeholders.Where(row => row.AccountId == caller.UserId);
            if (destination is var (groupId, name))
            {
                var file = await own.AsTracking().SingleOrDefaultAsync(row => row.Id == id, cancellationToken) ?? throw DavTree.NotFound();
                await own.Where(row => row.GroupId == groupId && row.Name == name && row.Id != id).ExecuteDeleteAsync(cancellationToken);
                file.Move(groupId, name);
                await db.SaveChangesAsync(cancellationToken);
            }
            else
            {
                await own.Where(row => row.Id == id).ExecuteDeleteAsync(cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        await completion.DropPartsAsync(cancellationToken);
    }

    /// <summary>Copies a placeholder. An existing placeholder with the name is replaced.</summary>
    public async Task CopyPlaceholderAsync(DavFile file, DavFolder folder, string name, CancellationToken cancellationToken)
    {
        await using var content = OpenRead(file);
        using var received = await ReceiveAsync(folder, name, content, file.Bytes, cancellationToken);
        await WriteAsync(received, cancellationToken);
    }

    /// <summary>Opens the content of a placeholder.</summary>
    public Stream OpenRead(DavFile file) => file.Bytes == 0 ? Stream.Null : store.OpenRead(UploadPart.KeyFor(file.ContentId), file.Bytes);

    /// <summary>Copies the properties of a folder or file to another one, which has none yet.</summary>
    public async Task CopyPropertiesAsync(DavResource from, DavResource to, CancellationToken cancellationToken)
    {
        var properties = await db.PropertiesOf(from.Ids).ToListAsync(cancellationToken);
        if (properties.Count == 0)
        {
            return;
        }

        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        await db.PropertiesOf(to.Ids).ExecuteDeleteAsync(cancellationToken);
        foreach (var property in properties)
        {
            db.DavProperties.Add(DavProperty.Create(to.Ids, property.Namespace, property.Name, property.Value, caller.UserId!.Value, clock.Now()));
        }

        await db.EnsurePropertiesFitAsync(to.Ids, caller.UserId!.Value, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Writes an image.</summary>
    /// <returns>The image, and whether no image had the name before.</returns>
    private async Task<(Guid ImageId, bool IsNew)> WriteImageAsync(ReceivedDavFile file, CancellationToken cancellationToken)
    {
        var (folder, target, spooled, _, name) = file;
        var former = await tree.FindFileAsync(folder, name, cancellationToken) is { ImageId: not null } found ? found : null;
        if (file.Expected is { } expected && expected.Id != former?.ImageId)
        {
            throw new ProblemException(Problems.PreconditionFailed, $"'{name}' was written meanwhile, so the condition no longer holds.");
        }

        if (former is not null && former.Sha256.AsSpan().SequenceEqual(spooled.Sha256))
        {
            return (former.ImageId!.Value, false);
        }

        if (former is not null && !caller.IsAdmin && !folder.IsOwn && former.AddedBy != caller.UserId)
        {
            throw new ProblemException(Problems.InsufficientScope, $"'{name}' was uploaded by another account; replacing it needs a key with the scope 'admin'.");
        }

        // The name and the bytes of the former image are free once it is in the trash.
        var staged = await pipeline.StageAsync(
            db, target, spooled, name, isRenamedOnClash: former is not null, [], cancellationToken, freedBytes: former is not null && former.AddedBy == target.AddedBy ? former.Bytes : 0);
        var made = await pipeline.MakeAsync(staged, cancellationToken);
        if (former is null)
        {
            return ((await pipeline.RecordAsync(target, made)).Id, true);
        }

        using (made.Folder)
        {
            var image = await recorder.ReplaceAsync(target.GroupId, made.Image with { AddedBy = target.AddedBy }, former.ImageId!.Value);
            await MovePropertiesAsync((null, former.ImageId, null), image.Id, CancellationToken.None);
            return (image.Id, false);
        }
    }

    /// <summary>Writes a file that is not an image.</summary>
    private async Task<bool> WriteOtherAsync(DavFolder folder, string name, SpooledFile spooled, CancellationToken cancellationToken)
    {
        if (await tree.FindFileAsync(folder, name, cancellationToken) is { ImageId: not null })
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
            throw new ProblemException(Problems.FileTooLarge, $"'{name}' is not an image; such files may have {Placeholder.MaxBytes} bytes.");
        }

        if (spooled.Bytes > 0)
        {
            await store.PutAsync([new NewObject(UploadPart.KeyFor(spooled.Id), spooled.Path, ContentType)], cancellationToken);
        }

        bool isNew;
        try
        {
            isNew = await RecordOtherAsync(folder.GroupId!.Value, name, spooled, cancellationToken);
        }
        catch (ProblemException)
        {
            // After other errors the row may exist. Reconciliation deletes an object without a row.
            await unreferenced.TryDeleteAsync([UploadPart.KeyFor(spooled.Id)]);
            throw;
        }

        await completion.DropPartsAsync(CancellationToken.None);
        return isNew;
    }

    private async Task<bool> RecordOtherAsync(Guid groupId, string name, SpooledFile spooled, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        var accountId = caller.UserId!.Value;
        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        var own = db.Placeholders.Where(row => row.AccountId == accountId);
        var former = await own.AsTracking().SingleOrDefaultAsync(row => row.GroupId == groupId && row.Name == name, cancellationToken);
        var isNew = former is null || former.WrittenAt <= now - Placeholder.KeptFor;
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

    /// <summary>Removes the caller's placeholder with this name, because an image has the name now. The image gets its properties.</summary>
    private async Task RemovePlaceholderAsync(DavFolder folder, string name, Guid imageId, CancellationToken cancellationToken)
    {
        var placeholders = db.Placeholders.Where(file => file.AccountId == caller.UserId && file.GroupId == folder.GroupId && file.Name == name);
        if (await placeholders.Select(file => (Guid?)file.Id).SingleOrDefaultAsync(cancellationToken) is not { } id)
        {
            return;
        }

        await MovePropertiesAsync((null, null, id), imageId, cancellationToken);
        await ChangePlaceholderAsync(id, null, cancellationToken);
    }

    private async Task MovePropertiesAsync((Guid? GroupId, Guid? ImageId, Guid? PlaceholderId) from, Guid imageId, CancellationToken cancellationToken)
    {
        if (!await db.PropertiesOf(from).AnyAsync(cancellationToken))
        {
            return;
        }

        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        await db.PropertiesOf((null, imageId, null)).ExecuteDeleteAsync(cancellationToken);
        await db.PropertiesOf(from).ExecuteUpdateAsync(
            set => set.SetProperty(property => property.PlaceholderId, (Guid?)null).SetProperty(property => property.ImageId, imageId), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }
}
