using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.WebDav;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.WebDav;

/// <summary>The rows of dead properties.</summary>
internal static class DavPropertyRows
{
    /// <summary>
    /// The properties of a folder, an image or a placeholder; at most one of the ids is not null. The root, which has no id, has no properties.
    /// </summary>
    public static IQueryable<DavProperty> PropertiesOf(this IImageHubDb db, DavPropertyOwner owner) => owner switch
    {
        ({ } id, _, _) => db.DavProperties.Where(property => property.GroupId == id),
        (_, { } id, _) => db.DavProperties.Where(property => property.ImageId == id),
        (_, _, { } id) => db.DavProperties.Where(property => property.PlaceholderId == id),
        _ => db.DavProperties.Where(property => false),
    };

    /// <summary>
    /// Writes changed properties, and throws if a limit is exceeded. The transaction must hold the lock of <see cref="ILocks.LockWebDavAsync"/>.
    /// </summary>
    /// <exception cref="ProblemException">507 <c>webDavFull</c>.</exception>
    public static async Task EnsurePropertiesFitAsync(
        this IImageHubDb db, DavPropertyOwner owner, Guid accountId, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        var bytes = await db.PropertiesOf(owner).SumAsync(property => property.Bytes, cancellationToken);
        if (bytes > DavProperty.MaxBytesPerResource)
        {
            throw new ProblemException(Problems.WebDavFull, $"The properties would have {bytes} bytes; {DavProperty.MaxBytesPerResource} are allowed for each folder and file.");
        }

        if (await db.DavProperties.Where(property => property.AccountId == accountId).SumAsync(property => (long)property.Bytes, cancellationToken) > DavProperty.MaxBytesPerAccount)
        {
            throw new ProblemException(Problems.WebDavFull, $"The properties set by this account would exceed {DavProperty.MaxBytesPerAccount} bytes; remove some first.");
        }
    }
}
