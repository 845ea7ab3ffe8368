using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Checks conditions and locks before a change.</summary>
internal sealed class DavLocks(IImageHubDb db, DavTree tree, ICaller caller, TimeProvider clock)
{
    // Captured here: when several images are committed together, the request of another account may run this check, and 'caller' would be that account.
    private readonly Guid? accountId = caller.UserId;

    /// <summary>The locks that have not ended.</summary>
    public IQueryable<DavLock> Live => LiveIn(db);

    /// <summary>Throws unless the conditions of a request hold.</summary>
    /// <exception cref="ProblemException">412.</exception>
    public async Task EnsureConditionsHoldAsync(DavPlace place, DavConditions conditions, CancellationToken cancellationToken)
    {
        var etag = place.Resource?.File?.ETag;
        var exists = place.Resource is not null;
        if (conditions.Match is { } match && !(exists && Contains(match, etag)))
        {
            throw Failed("If-Match");
        }

        if (conditions.NoneMatch is { } noneMatch && exists && Contains(noneMatch, etag))
        {
            throw Failed("If-None-Match");
        }

        if (conditions.Lists.Count == 0)
        {
            return;
        }

        foreach (var list in conditions.Lists)
        {
            if (await IsSatisfiedAsync(list.Path is null ? place : await tree.FindAsync(list.Path, cancellationToken), list, cancellationToken))
            {
                return;
            }
        }

        throw Failed("If");
    }

    /// <summary>Throws unless the request submits a token for each locked resource that the change affects.</summary>
    /// <param name="folder">The folder itself, or the file's folder.</param>
    /// <param name="name">The file's name; null for the folder.</param>
    /// <param name="conditions">The request's conditions, with the tokens.</param>
    /// <param name="isAddedOrRemoved">Whether the folder or file is created, removed or moved, which changes the folder above.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">423 <c>locked</c>.</exception>
    public Task EnsureUnlockedAsync(DavFolder folder, string? name, DavConditions conditions, bool isAddedOrRemoved, CancellationToken cancellationToken) =>
        EnsureUnlockedAsync(db, folder, name, conditions, isAddedOrRemoved, cancellationToken);

    /// <summary>
    /// Repeats the check in the committing transaction, which must have locked the group's row. A transaction that adds a lock of the folder or its files takes
    /// a shared lock on this row, so one waits for the other.
    /// </summary>
    /// <inheritdoc cref="EnsureUnlockedAsync(DavFolder, string?, DavConditions, bool, CancellationToken)"/>
    public async Task EnsureUnlockedAsync(IImageHubDb rows, DavFolder folder, string? name, DavConditions conditions, bool isAddedOrRemoved, CancellationToken cancellationToken)
    {
        EnsureTokenSubmitted(await FindCoveringAsync(rows, folder, name, cancellationToken), conditions);
        if (isAddedOrRemoved && name is not null)
        {
            EnsureTokenSubmitted(await FindCoveringAsync(rows, folder, null, cancellationToken), conditions);
        }

        if (isAddedOrRemoved && name is null && folder.GroupId is { } groupId)
        {
            if (folder.AncestorIds is [.., var parentId])
            {
                var above = folder.AncestorIds.Take(folder.AncestorIds.Count - 1).ToArray();
                EnsureTokenSubmitted(await LiveIn(rows).Where(held => held.Name == null && (held.GroupId == parentId || (held.IsDeep && above.Contains(held.GroupId)))).ToListAsync(cancellationToken), conditions);
            }

            foreach (var below in (await FindBelowAsync(rows, groupId, cancellationToken)).GroupBy(held => (held.GroupId, held.Name)))
            {
                EnsureTokenSubmitted([.. below], conditions);
            }
        }
    }

    /// <summary>The locks of a folder or file: its own locks, and the locks of folders above that include it.</summary>
    public Task<List<DavLock>> FindCoveringAsync(DavFolder folder, string? name, CancellationToken cancellationToken) => FindCoveringAsync(db, folder, name, cancellationToken);

    private Task<List<DavLock>> FindCoveringAsync(IImageHubDb rows, DavFolder folder, string? name, CancellationToken cancellationToken)
    {
        var above = folder.AncestorIds.ToArray();
        return LiveIn(rows)
            .Where(held =>
                (held.GroupId == folder.GroupId && (held.Name == name || (held.Name == null && held.IsDeep)))
                || (above.Contains(held.GroupId) && held.Name == null && held.IsDeep))
            .ToListAsync(cancellationToken);
    }

    /// <summary>The locks of the files in a folder, and of everything in the folders below.</summary>
    public Task<List<DavLock>> FindBelowAsync(Guid groupId, CancellationToken cancellationToken) => FindBelowAsync(db, groupId, cancellationToken);

    private Task<List<DavLock>> FindBelowAsync(IImageHubDb rows, Guid groupId, CancellationToken cancellationToken) => LiveIn(rows)
        .Where(held => (held.GroupId == groupId && held.Name != null) || rows.Groups.Any(group => group.Id == held.GroupId && QueryFunctions.Contains(group.Path, groupId)))
        .ToListAsync(cancellationToken);

    /// <summary>
    /// Removes the locks of a folder or file that leaves its address, and of everything below it. Called in the transaction that moves or deletes it, after the
    /// check of locks, because a lock that is granted after the commit belongs to another file.
    /// </summary>
    public Task RemoveAsync(DavResource gone, CancellationToken cancellationToken)
    {
        var (groupId, name) = (gone.Folder.GroupId, gone.File?.Name);

        // Expired locks stay for the job. A transaction that adds a lock deletes expired ones and then waits for the group's row, which this transaction holds.
        return name is not null
            ? Live.Where(held => held.GroupId == groupId && held.Name == name).ExecuteDeleteAsync(cancellationToken)
            : Live.Where(held => held.GroupId == groupId || db.Groups.Any(group => group.Id == held.GroupId && QueryFunctions.Contains(group.Path, groupId!.Value)))
                .ExecuteDeleteAsync(cancellationToken);
    }

    private IQueryable<DavLock> LiveIn(IImageHubDb rows)
    {
        var now = clock.Now();
        return rows.DavLocks.Where(held => held.ExpiresAt > now);
    }

    private void EnsureTokenSubmitted(List<DavLock> locks, DavConditions conditions)
    {
        if (locks.Count > 0 && !locks.Exists(held => held.AccountId == accountId && conditions.Tokens.Contains(held.Id)))
        {
            throw new ProblemException(Problems.Locked, $"'{Uri.UnescapeDataString(locks[0].Href)}' is locked until {locks[0].ExpiresAt:HH:mm:ss} UTC; send the lock's token in the header If.") { LockedHref = locks[0].Href };
        }
    }

    private async Task<bool> IsSatisfiedAsync(DavPlace place, DavConditionList list, CancellationToken cancellationToken)
    {
        var folder = place.Resource?.Folder ?? place.Parent;
        var locks = folder is null ? [] : await FindCoveringAsync(folder, place.Resource is { IsFolder: true } ? null : place.FileName, cancellationToken);
        return list.Conditions.All(condition => condition.IsNegated != (condition.Token is { } token
            ? DavLock.ParseToken(token) is { } id && locks.Exists(held => held.Id == id)
            : condition.ETag == place.Resource?.File?.ETag));
    }

    private static bool Contains(IReadOnlyList<string> tags, string? etag) => tags.Any(tag => tag == "*" || (etag is not null && tag == $"\"{etag}\""));

    private static ProblemException Failed(string header) => new(Problems.PreconditionFailed, $"The condition in {header} does not hold for the current state.");
}
