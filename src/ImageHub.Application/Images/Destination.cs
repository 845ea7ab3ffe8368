using ImageHub.Application.Database;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>What an image belongs to: a group, or a user.</summary>
/// <param name="GroupId">Which group; null: a user.</param>
/// <param name="OwnerId">Which user; null: a group.</param>
public sealed record Destination(Guid? GroupId, Guid? OwnerId)
{
    /// <summary>A group.</summary>
    public static Destination Group(Guid id) => new(id, null);

    /// <summary>A user.</summary>
    public static Destination Owner(Guid id) => new(null, id);

    /// <summary>Where an image is.</summary>
    internal static Destination Of(Image image) => new(image.GroupId, image.OwnerId);

    /// <summary>What errors call it, at the beginning of a sentence.</summary>
    internal string Name => GroupId is null ? "The owner" : "The group";

    /// <summary>Its images that are not in the trash: those among which names and contents are told apart.</summary>
    internal IQueryable<Image> LiveImages(IImageHubDb db) => GroupId is { } groupId
        ? db.Images.Where(image => image.GroupId == groupId && image.DeletedAt == null)
        : db.Images.Where(image => image.OwnerId == OwnerId && image.DeletedAt == null);
}
