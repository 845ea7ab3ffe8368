using ImageHub.Application.Database;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>The owner of images, with the account's current name and tier; for a deleted account, only the id is known.</summary>
internal sealed record OwnerRow(Guid Id, string UserName, Tier? Tier);

/// <summary>Adds the owners to users' images.</summary>
internal static class ImageOwners
{
    /// <summary>Returns the images with their owners and the variants that the owners' tiers currently allow, in a single query.</summary>
    public static async Task<IReadOnlyList<T>> WithOwnersAsync<T>(this IImageHubDb db, IReadOnlyList<T> images, CancellationToken cancellationToken)
        where T : ImageSummary
    {
        var ids = images.Select(image => image.OwnerId).OfType<Guid>().Distinct().ToArray();
        if (ids.Length == 0)
        {
            return images;
        }

        var owners = await (
            from user in db.Users
            where ids.Contains(user.Id)
            join tier in db.Tiers on user.TierId equals (Guid?)tier.Id into tiers
            from tier in tiers.DefaultIfEmpty()
            select new OwnerRow(user.Id, user.UserName, tier)).ToDictionaryAsync(owner => owner.Id, cancellationToken);
        return [.. images.Select(image => image.OwnerId is { } id ? (T)image.WithOwner(owners.GetValueOrDefault(id) ?? new OwnerRow(id, "", null)) : image)];
    }

    /// <summary>Returns the image, with its owner if it belongs to a user.</summary>
    public static async Task<T> WithOwnerAsync<T>(this IImageHubDb db, T image, CancellationToken cancellationToken)
        where T : ImageSummary => (await db.WithOwnersAsync([image], cancellationToken))[0];
}
