using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.WebDav;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Locks a folder or file, or refreshes a lock (RFC 4918, section 9.10). A lock of an address without a file creates an empty placeholder.</summary>
/// <param name="Path">The address.</param>
/// <param name="Requested">The requested lock; null to refresh the lock whose token is in the conditions.</param>
/// <param name="Timeout">The requested timeout; the server may grant less.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record LockDavResource(DavPath Path, RequestedDavLock? Requested, TimeSpan Timeout, DavConditions Conditions) : IRequest<GrantedDavLock>;

/// <summary>A requested lock.</summary>
/// <param name="IsShared">Whether others may have a shared lock, too.</param>
/// <param name="IsDeep">Whether the lock of a folder includes everything below it.</param>
/// <param name="Owner">The owner's description: an XML element; or null.</param>
public sealed record RequestedDavLock(bool IsShared, bool IsDeep, string? Owner);

/// <summary>A granted lock.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="HasCreatedFile">Whether an empty file was created at the address.</param>
public sealed record GrantedDavLock(DavLock Lock, bool HasCreatedFile);

internal sealed class LockDavResourceHandler(IImageHubDb db, DavTree tree, DavLocks locks, DavFiles files, DavJunk junk, ICaller caller, TimeProvider clock) : IRequestHandler<LockDavResource, GrantedDavLock>
{
    public async Task<GrantedDavLock> Handle(LockDavResource request, CancellationToken cancellationToken)
    {
        var timeout = request.Timeout < DavLock.MaxTimeout ? request.Timeout : DavLock.MaxTimeout;
        if (request.Path.IsJunk)
        {
            return await LockJunkAsync(request, timeout, cancellationToken);
        }

        var place = await tree.FindAsync(request.Path, cancellationToken);
        var folder = place.Resource?.Folder ?? place.Parent ?? throw DavProblems.NoSuchFolder();
        var name = place.Resource is { IsFolder: true } ? null : place.FileName;
        await locks.EnsureConditionsHoldAsync(place, request.Conditions, cancellationToken);
        if (request.Requested is not { } requested)
        {
            return new GrantedDavLock(await RefreshAsync(folder, name, timeout, request.Conditions, cancellationToken), HasCreatedFile: false);
        }

        var groupId = folder.GroupId ?? throw new ProblemException(Problems.Forbidden, $"'{DavPath.Root}' cannot be locked.");
        if (place.Resource is null)
        {
            await locks.EnsureUnlockedAsync(folder, name, request.Conditions, isAddedOrRemoved: true, cancellationToken);
        }

        var href = place.Resource?.Href ?? folder.HrefOf(place.FileName);
        var granted = DavLock.Create(caller.UserId!.Value, groupId, name, requested.IsDeep, requested.IsShared, requested.Owner, href, timeout, clock.Now());
        await AddAsync(granted, folder, cancellationToken);
        if (place.Resource is null)
        {
            await CreateFileAsync(granted, folder, place, request.Conditions, cancellationToken);
        }

        return new GrantedDavLock(granted, place.Resource is null);
    }

    /// <summary>Answers as if the file were locked. Neither the file itself nor its lock is stored.</summary>
    private async Task<GrantedDavLock> LockJunkAsync(LockDavResource request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        Guid? refreshed = request.Requested is null ? request.Conditions.Tokens.Cast<Guid?>().FirstOrDefault() ?? throw NothingToRefresh() : null;
        var isNew = refreshed is null && await junk.FindAsync(request.Path, cancellationToken) is null;
        if (isNew)
        {
            await junk.WriteAsync(request.Path, bytes: 0, cancellationToken);
        }

        var requested = request.Requested ?? new RequestedDavLock(IsShared: false, IsDeep: false, Owner: null);
        var unstored = DavLock.Create(caller.UserId!.Value, Guid.Empty, request.Path.LastSegment, isDeep: false, requested.IsShared, requested.Owner, request.Path.Href, timeout, clock.Now(), refreshed);
        return new GrantedDavLock(unstored, HasCreatedFile: isNew);
    }

    /// <summary>Creates an empty file. If that fails, deletes the lock, because the client never received its token.</summary>
    private async Task CreateFileAsync(DavLock granted, DavFolder folder, DavPlace place, DavConditions given, CancellationToken cancellationToken)
    {
        try
        {
            // The request may hold a lock of the folder, too.
            var conditions = new DavConditions([.. given.Lists, new DavConditionList(null, [new DavCondition(granted.Token, null, IsNegated: false)])]);
            using var received = await files.ReceiveAsync(folder, place.Segment, place.FileName, Stream.Null, 0, cancellationToken);
            await files.WriteAsync(received with { Conditions = conditions }, cancellationToken);
        }
        catch
        {
            await db.DavLocks.Where(held => held.Id == granted.Id).ExecuteDeleteAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task AddAsync(DavLock granted, DavFolder folder, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        await EnsureNoConflictAsync(folder, granted, cancellationToken);

        // Expired locks are deleted here. Otherwise an account could add any number of rows with short locks until the hourly job deletes them.
        var now = clock.Now();
        await db.DavLocks.Where(held => held.AccountId == caller.UserId && held.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        if (await locks.Live.CountAsync(held => held.AccountId == caller.UserId, cancellationToken) >= DavLock.MaxCount)
        {
            throw new ProblemException(Problems.WebDavFull, $"The account holds {DavLock.MaxCount} locks, which is the maximum; unlock something first.");
        }

        db.DavLocks.Add(granted);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task<DavLock> RefreshAsync(DavFolder folder, string? name, TimeSpan timeout, DavConditions conditions, CancellationToken cancellationToken)
    {
        var tokens = conditions.Tokens.ToList();
        await using var transaction = await db.Locks.LockWebDavAsync(cancellationToken);
        var held = (await locks.FindCoveringAsync(folder, name, cancellationToken)).Find(one => one.AccountId == caller.UserId && tokens.Contains(one.Id)) ?? throw NothingToRefresh();
        held.Refresh(timeout, clock.Now());

        // UNLOCK, or the removal of the resource, may have removed the lock meanwhile.
        var refreshed = await locks.Live.Where(one => one.Id == held.Id).ExecuteUpdateAsync(
            set => set.SetProperty(one => one.TimeoutSeconds, held.TimeoutSeconds).SetProperty(one => one.ExpiresAt, held.ExpiresAt), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return refreshed > 0 ? held : throw NothingToRefresh();
    }

    private static ProblemException NothingToRefresh() =>
        new(Problems.PreconditionFailed, "A LOCK without a body refreshes a lock; the header If has no token of a lock at this address.");

    private async Task EnsureNoConflictAsync(DavFolder folder, DavLock requested, CancellationToken cancellationToken)
    {
        var others = await locks.FindCoveringAsync(folder, requested.Name, cancellationToken);
        var including = others.Count;
        if (requested is { Name: null, IsDeep: true })
        {
            others.AddRange(await locks.FindBelowAsync(requested.GroupId, cancellationToken));
        }

        if (others.Find(held => !requested.IsShared || !held.IsShared) is { } conflict)
        {
            throw new ProblemException(Problems.LockConflict, $"'{Uri.UnescapeDataString(conflict.Href)}' is locked until {conflict.ExpiresAt:HH:mm:ss} UTC.") { LockedHref = conflict.Href };
        }

        if (including >= DavLock.MaxShared)
        {
            throw new ProblemException(Problems.WebDavFull, $"'{Uri.UnescapeDataString(requested.Href)}' has {including} shared locks; {DavLock.MaxShared} are allowed.");
        }
    }
}
