using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Uploads;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>
/// Files that operating systems write into every folder (<see cref="DavPath.IsJunk"/>). Their content is discarded and listings do not show them. Clients read
/// the properties of a file that they have just sent, so its size is stored for a while.
/// </summary>
internal sealed class DavJunk(IImageHubDb db, ICaller caller, TimeProvider clock)
{
    private static readonly DavFolder Folder = new(null, [], DavPath.Root, "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    /// <summary>Finds a file that the caller's account has sent within <see cref="JunkFile.Lifetime"/>; null for all other addresses.</summary>
    public async Task<DavResource?> FindAsync(DavPath path, CancellationToken cancellationToken)
    {
        if (!path.IsJunk || await Own.SingleOrDefaultAsync(IsAt(path), cancellationToken) is not { } row)
        {
            return null;
        }

        var tag = $"{Convert.ToHexStringLower(row.PathHash.AsSpan(0, 8))}-{row.WrittenAt.UtcTicks:x}";
        return new DavResource(Folder, new DavFile(path.LastSegment, row.Bytes, "application/octet-stream", tag, row.WrittenAt, row.WrittenAt))
        {
            Href = path.Href,
        };
    }

    /// <summary>Discards a file's content and stores its size.</summary>
    /// <returns>Whether the file was not known before.</returns>
    /// <exception cref="ProblemException">413 <c>fileTooLarge</c>.</exception>
    public async Task<bool> ReceiveAsync(DavPath path, Stream content, long? declaredBytes, CancellationToken cancellationToken)
    {
        if (declaredBytes > JunkFile.MaxBytes)
        {
            throw UploadPipeline.TooLarge(JunkFile.MaxBytes);
        }

        var buffer = new byte[16 * 1024];
        var bytes = 0L;
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            bytes += read;
            if (bytes > JunkFile.MaxBytes)
            {
                throw UploadPipeline.TooLarge(JunkFile.MaxBytes);
            }
        }

        var isNew = await FindAsync(path, cancellationToken) is null;
        await WriteAsync(path, bytes, cancellationToken);
        return isNew;
    }

    /// <summary>Stores the size of a file.</summary>
    public async Task WriteAsync(DavPath path, long bytes, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);

        // Prevents a deadlock: deleting the account deletes these rows in another order.
        await db.Locks.ShareUserAsync(caller.UserId!.Value, cancellationToken);
        var own = db.JunkFiles.Where(file => file.AccountId == caller.UserId);
        var since = clock.Now() - JunkFile.Lifetime;
        await own.Where(file => file.WrittenAt <= since).ExecuteDeleteAsync(cancellationToken);
        await own.Where(IsAt(path)).ExecuteDeleteAsync(cancellationToken);
        var surplus = await own.CountAsync(cancellationToken) + 1 - JunkFile.MaxCount;
        if (surplus > 0)
        {
            await own.OrderBy(file => file.WrittenAt).Take(surplus).ExecuteDeleteAsync(cancellationToken);
        }

        db.JunkFiles.Add(JunkFile.Create(caller.UserId!.Value, path.Hash, bytes, clock.Now()));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Removes the stored size of a file.</summary>
    /// <returns>Whether a size was stored.</returns>
    public async Task<bool> TryRemoveAsync(DavPath path, CancellationToken cancellationToken) =>
        path.IsJunk && await Own.Where(IsAt(path)).ExecuteDeleteAsync(cancellationToken) > 0;

    /// <summary>Moves or copies a file to the name of another such file.</summary>
    /// <returns>Whether nothing was at the destination before; null if the source is no such file.</returns>
    /// <exception cref="ProblemException">403 for any other destination, because the content is not stored; 412.</exception>
    public async Task<bool?> TryTransferAsync(DavPath from, DavPath to, bool mayOverwrite, bool isMove, CancellationToken cancellationToken)
    {
        if (await FindAsync(from, cancellationToken) is not { File: { } file })
        {
            return null;
        }

        if (!to.IsJunk || to.Segments.SequenceEqual(from.Segments, StringComparer.Ordinal))
        {
            throw new ProblemException(Problems.Forbidden, $"The content of '{file.Name}' is not stored, because it is a file of an operating system. It can be moved or copied only to a name of this kind, for example '._photo.jpg'.");
        }

        var isNew = await FindAsync(to, cancellationToken) is null;
        if (!isNew && !mayOverwrite)
        {
            throw DavProblems.OverwriteForbidden();
        }

        await WriteAsync(to, file.Bytes, cancellationToken);
        if (isMove)
        {
            await TryRemoveAsync(from, cancellationToken);
        }

        return isNew;
    }

    private IQueryable<JunkFile> Own
    {
        get
        {
            var since = clock.Now() - JunkFile.Lifetime;
            return db.JunkFiles.Where(file => file.AccountId == caller.UserId && file.WrittenAt > since);
        }
    }

    private static System.Linq.Expressions.Expression<Func<JunkFile, bool>> IsAt(DavPath path)
    {
        var hash = path.Hash;
        return file => file.PathHash == hash;
    }
}
