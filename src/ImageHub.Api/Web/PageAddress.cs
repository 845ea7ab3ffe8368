using ImageHub.Application.Requests;

namespace ImageHub.Api.Web;

/// <summary>The web app's pages that have server-rendered metadata.</summary>
internal enum PageKind
{
    /// <summary>The gallery.</summary>
    Gallery,

    /// <summary>A group.</summary>
    Group,

    /// <summary>An image of a group.</summary>
    Image,

    /// <summary>A group opened through a link.</summary>
    Shared,

    /// <summary>An image opened through a link.</summary>
    SharedImage,
}

/// <summary>A parsed page address.</summary>
/// <param name="Kind">The kind of page.</param>
/// <param name="Path">The canonical path; null if an id in the path is invalid and the page does not exist.</param>
/// <param name="GroupId">The group's id; empty for pages below a link.</param>
/// <param name="ImageId">The image's id; empty for pages below a link.</param>
/// <param name="Token">The link's token.</param>
internal sealed record PageAddress(PageKind Kind, string? Path, Guid GroupId = default, Guid ImageId = default, string? Token = null)
{
    /// <summary>Parses a path; null for other pages and unknown paths.</summary>
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

    /// <summary>The path of a group's page.</summary>
    public static string ForGroup(Guid id) => $"/groups/{id}";

    /// <summary>The path of an image's page in a group.</summary>
    public static string ForImage(Guid groupId, Guid id) => $"/groups/{groupId}/images/{id}";

    private static PageAddress FindGroup(string group) =>
        IdText.TryParse(group, out var id) ? new PageAddress(PageKind.Group, ForGroup(id), id) : new PageAddress(PageKind.Group, null);

    private static PageAddress FindImage(string group, string image) => IdText.TryParse(group, out var groupId) && IdText.TryParse(image, out var id)
        ? new PageAddress(PageKind.Image, ForImage(groupId, id), groupId, id)
        : new PageAddress(PageKind.Image, null);

    // Case-insensitive, as in the app's router.
    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);
}
