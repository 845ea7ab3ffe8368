using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Tiers;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>The owner of images, with the account's current name and tier; for a deleted account, only the id is known.</summary>
internal sealed record OwnerRow(Guid Id, string UserName, Tier? Tier);

/// <summary>Adds the names of accounts and guests to images.</summary>
internal static class ImageOwners
{
    /// <summary>
    /// Returns the images with their owners and the variants that the owners' tiers currently allow, and with the accounts that added them, if the caller sees
    /// these accounts.
    /// </summary>
    public static async Task<IReadOnlyList<T>> WithAccountsAsync<T>(this IImageHubDb db, IReadOnlyList<T> images, CancellationToken cancellationToken)
        where T : ImageSummary => await db.WithAddersAsync(await db.WithOwnersAsync(images, cancellationToken), cancellationToken);

    private static async Task<IReadOnlyList<T>> WithAddersAsync<T>(this IImageHubDb db, IReadOnlyList<T> images, CancellationToken cancellationToken)
        where T : ImageSummary
    {
        var ids = images.Select(image => image.AdderId).OfType<Guid>().Distinct().ToArray();
        var adders = ids.Length == 0
            ? []
            : await db.Users
                .Where(user => ids.Contains(user.Id))
                .Select(user => new NamedUser(user.Id, user.UserName))
                .ToDictionaryAsync(user => user.Id, cancellationToken);
        return [.. images.Select(image => image.MayEdit is null ? image : (T)(image with { AddedBy = new(adders.GetValueOrDefault(image.AdderId ?? Guid.Empty)) }))];
    }

    private static async Task<IReadOnlyList<T>> WithOwnersAsync<T>(this IImageHubDb db, IReadOnlyList<T> images, CancellationToken cancellationToken)
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

    /// <summary>Returns the images with the guests who sent them, for images that await approval.</summary>
    public static async Task<IReadOnlyList<T>> WithSendersAsync<T>(this IImageHubDb db, IReadOnlyList<T> images, CancellationToken cancellationToken)
        where T : ImageSummary
    {
        var ids = images.Select(image => image.GuestId).OfType<Guid>().Distinct().ToArray();
        var names = ids.Length == 0
            ? []
            : await db.AllGroups
                .Where(inbox => inbox.GuestId != null && ids.Contains(inbox.GuestId.Value))
                .ToDictionaryAsync(inbox => inbox.GuestId!.Value, inbox => inbox.Title, cancellationToken);
        return [.. images.Select(image => image.GuestId is { } id ? (T)(image with { SentBy = new ImageSender(id, names.GetValueOrDefault(id, "")) }) : image)];
    }

    /// <summary>Returns the image with its accounts, and with its sender if it awaits approval.</summary>
    public static async Task<T> WithAccountAsync<T>(this IImageHubDb db, T image, CancellationToken cancellationToken)
        where T : ImageSummary => (await db.WithSendersAsync(await db.WithAccountsAsync([image], cancellationToken), cancellationToken))[0];
}
