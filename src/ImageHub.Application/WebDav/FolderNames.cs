using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>Checks the names of folders.</summary>
internal static class FolderNames
{
    /// <summary>Throws if another group below the same parent has the folder name. No other transaction can take the name until this one ends.</summary>
    /// <exception cref="ProblemException">405 <c>methodNotAllowed</c>.</exception>
    public static async Task EnsureFolderIsNewAsync(this IImageHubDb db, string name, Guid? parentId, Guid groupId, CancellationToken cancellationToken)
    {
        await db.Locks.LockSlugsAsync(cancellationToken);
        if (await db.Groups.AnyAsync(group => group.ParentId == parentId && group.DeletedAt == null && group.FolderName == name && group.Id != groupId, cancellationToken))
        {
            throw DavProblems.FolderExists();
        }
    }
}
