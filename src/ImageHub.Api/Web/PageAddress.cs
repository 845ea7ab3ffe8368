using ImageHub.Application.Requests;

namespace ImageHub.Api.Web;

/// <summary>The pages of the web app that say what they show before the app runs.</summary>
internal enum PageKind
{
    /// <summary>All groups.</summary>
    Gallery,

    /// <summary>A group.</summary>
    Group,

    /// <summary>An image of a group.</summary>
    Image,

    /// <summary>A group below a link.</summary>
    Shared,

    /// <summary>An image below a link.</summary>
    SharedImage,
}

/// <summary>Which page an address leads to.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Path">The address as the app writes it; null: an id in it is none, so that there is no such page.</param>
/// <param name="GroupId">The group, outside of links.</param>
/// <param name="ImageId">The image, outside of links.</param>
/// <param name="Token">The link's token.</param>
internal sealed record PageAddress(PageKind Kind, string? Path, Guid GroupId = default, Guid ImageId = default, string? Token = null)
{
    /// <summary>The page at a path; null: one that says nothing, or none.</summary>
    public static PageAddress? Find(string path)
    {
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments switch
        {
            [] => new PageAddress(PageKind.Gallery, "/"),
            [var root, var group] when Is(root, "groups") => FindGroup(group),
            [var root, var group, var below, var image] when Is(root, "groups") && Is(below, "images") => FindImage(group, image),
            [var root, var token] when Is(root, "shared") => new PageAddress(PageKind.Shared, $"/shared/{token}", Token: token),
            [var root, var token, var below, var image] when Is(root, "shared") && Is(below, "images") =>
                new PageAddress(PageKind.SharedImage, $"/shared/{token}/images/{image}", Token: token),
            _ => null,
        };
    }

    /// <summary>Where a group's page is.</summary>
    public static string ForGroup(Guid id) => $"/groups/{id}";

    /// <summary>Where the page of a group's image is.</summary>
    public static string ForImage(Guid groupId, Guid id) => $"/groups/{groupId}/images/{id}";

    private static PageAddress FindGroup(string group) =>
        IdText.TryParse(group, out var id) ? new PageAddress(PageKind.Group, ForGroup(id), id) : new PageAddress(PageKind.Group, null);

    private static PageAddress FindImage(string group, string image) => IdText.TryParse(group, out var groupId) && IdText.TryParse(image, out var id)
        ? new PageAddress(PageKind.Image, ForImage(groupId, id), groupId, id)
        : new PageAddress(PageKind.Image, null);

    // As the app's router reads them.
    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);
}
