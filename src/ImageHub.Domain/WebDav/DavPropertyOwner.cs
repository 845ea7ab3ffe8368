namespace ImageHub.Domain.WebDav;

/// <summary>The owner of a dead property: a folder, an image or a placeholder. At most one of the ids is not null; the root has none.</summary>
/// <param name="GroupId">The folder's group, or null.</param>
/// <param name="ImageId">The image, or null.</param>
/// <param name="PlaceholderId">The placeholder, or null.</param>
public readonly record struct DavPropertyOwner(Guid? GroupId, Guid? ImageId, Guid? PlaceholderId)
{
    /// <summary>The owner for an image.</summary>
    public static DavPropertyOwner Image(Guid id) => new(null, id, null);

    /// <summary>The owner for a placeholder.</summary>
    public static DavPropertyOwner Placeholder(Guid id) => new(null, null, id);
}
