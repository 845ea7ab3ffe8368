using System.Text.Json.Serialization;
using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>What images of groups and of users have in common.</summary>
[JsonDerivedType(typeof(ImageSummary))]
[JsonDerivedType(typeof(ImageDetails))]
[JsonDerivedType(typeof(OwnedImage))]
[JsonDerivedType(typeof(OwnedImageDetails))]
public abstract record ImageEntry
{
    /// <summary>UUIDv7.</summary>
    public required Guid Id { get; init; }

    /// <summary>A safe name, unique in its group, or among its owner's images.</summary>
    /// <example>IMG_0001.jpg</example>
    public required string FileName { get; init; }

    /// <summary>What it is called, or null.</summary>
    public required string? Title { get; init; }

    /// <summary>What it shows, or null.</summary>
    public required string? Description { get; init; }

    /// <summary>Its tags, in the order given.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Pixels, after orientation.</summary>
    public required int Width { get; init; }

    /// <summary>Pixels, after orientation.</summary>
    public required int Height { get; init; }

    /// <summary>A data URI of a tiny WebP, to be shown until another rendition has arrived.</summary>
    public required string Placeholder { get; init; }

    internal static string DataUri(byte[] webp) => "data:image/webp;base64," + Convert.ToBase64String(webp);
}

/// <summary>Reads the owners of images, with what their tiers allow now: one query, however many images.</summary>
internal static class ImageEntries
{
    /// <summary>A page of images of groups and of users.</summary>
    public static async Task<IReadOnlyList<ImageEntry>> EntriesAsync(this IImageHubDb db, IReadOnlyList<Image> images, CancellationToken cancellationToken)
    {
        var owners = await db.OwnersAsync(images, cancellationToken);
        return [.. images.Select(ImageEntry (image) => image.OwnerId is { } id ? OwnedImage.Of(image, owners[id]) : ImageSummary.Of(image))];
    }

    /// <summary>What is known of an image.</summary>
    public static async Task<ImageEntry> DetailsAsync(this IImageHubDb db, Image image, bool isAdmin, CancellationToken cancellationToken)
    {
        var owners = await db.OwnersAsync([image], cancellationToken);
        return image.OwnerId is { } id ? OwnedImageDetails.Of(image, owners[id], isAdmin) : ImageDetails.Of(image, isAdmin);
    }

    /// <summary>The owner of an image that was just written.</summary>
    public static async Task<OwnerRow> OwnerAsync(this IImageHubDb db, Guid id, CancellationToken cancellationToken) =>
        (await db.OwnersAsync([id], cancellationToken))[id];

    private static Task<Dictionary<Guid, OwnerRow>> OwnersAsync(this IImageHubDb db, IReadOnlyList<Image> images, CancellationToken cancellationToken) =>
        db.OwnersAsync([.. images.Select(image => image.OwnerId).OfType<Guid>().Distinct()], cancellationToken);

    private static async Task<Dictionary<Guid, OwnerRow>> OwnersAsync(this IImageHubDb db, Guid[] ids, CancellationToken cancellationToken)
    {
        if (ids.Length == 0)
        {
            return [];
        }

        var owners = await (
            from user in db.Users
            where ids.Contains(user.Id)
            join tier in db.Tiers on user.TierId equals (Guid?)tier.Id into tiers
            from tier in tiers.DefaultIfEmpty()
            select new OwnerRow(user.Id, user.UserName, tier)).ToDictionaryAsync(owner => owner.Id, cancellationToken);

        // An owner who was deleted since the images were read, or whose images lie in the trash.
        foreach (var id in ids)
        {
            owners.TryAdd(id, new OwnerRow(id, "", null));
        }

        return owners;
    }
}
