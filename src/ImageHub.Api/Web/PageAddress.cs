using ImageHub.Application.Groups;
using ImageHub.Application.Requests;

namespace ImageHub.Api.Web;

/// <summary>The web app's pages that have server-rendered metadata.</summary>
internal enum PageKind
{
    /// <summary>The gallery.</summary>
    Gallery,

    /// <summary>The text about the photographer.</summary>
    About,

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
/// <param name="Path">The path in its usual spelling; null if a part of the path is invalid and the page does not exist.</param>
/// <param name="GroupName">The group as given in the path: an id, a slug or a former slug; null for other pages.</param>
/// <param name="ImageId">The image's id; empty for other pages and below a link.</param>
/// <param name="Token">The link's token.</param>
internal sealed record PageAddress(PageKind Kind, string? Path, string? GroupName = null, Guid ImageId = default, string? Token = null)
{
    /// <summary>The number of the gallery's page, from 1.</summary>
    public int Number { get; init; } = 1;

    /// <summary>The group of the page, once it has been read.</summary>
    public GroupResponse? Group { get; init; }

    /// <summary>Whether the group was read, and the path contains its id, a former slug or another spelling.</summary>
    public bool IsOutdated => Group is not null && Group.Slug != GroupName;

    /// <summary>Parses a path; null for other pages and unknown paths.</summary>
    public static PageAddress? Find(string path)
    {
        string[] segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments switch
        {
            [] => new PageAddress(PageKind.Gallery, "/"),
            [var root] when Is(root, "about") => new PageAddress(PageKind.About, ForAbout),
            [var root, var group] when Is(root, "groups") => FindGroup(group),
            [var root, var group, var below, var image] when Is(root, "groups") && Is(below, "images") => FindImage(group, image),
            [var root, var token] when Is(root, "shared") => new PageAddress(PageKind.Shared, $"/shared/{token}", Token: token),
            [var root, var token, var below, var image] when Is(root, "shared") && Is(below, "images") =>
                new PageAddress(PageKind.SharedImage, $"/shared/{token}/images/{image}", Token: token),
            _ => null,
        };
    }

    /// <summary>The path of the page about the photographer.</summary>
    public const string ForAbout = "/about";

    /// <summary>The path of a group's page.</summary>
    /// <param name="slug">The group's slug.</param>
    public static string ForGroup(string slug) => $"/groups/{slug}";

    /// <summary>The path of an image's page in a group.</summary>
    /// <param name="slug">The group's slug.</param>
    /// <param name="id">The image's id.</param>
    public static string ForImage(string slug, Guid id) => $"/groups/{slug}/images/{id}";

    /// <summary>Returns the address with its group and the canonical path.</summary>
    public PageAddress WithGroup(GroupResponse group) => this with { Group = group, Path = Kind == PageKind.Image ? ForImage(group.Slug, ImageId) : ForGroup(group.Slug) };

    private static PageAddress FindGroup(string name) =>
        MayBeGroup(name) ? new PageAddress(PageKind.Group, ForGroup(name.ToLowerInvariant()), name) : new PageAddress(PageKind.Group, null);

    private static PageAddress FindImage(string name, string image) => MayBeGroup(name) && IdText.TryParse(image, out var id)
        ? new PageAddress(PageKind.Image, ForImage(name.ToLowerInvariant(), id), name, id)
        : new PageAddress(PageKind.Image, null);

    private static bool MayBeGroup(string name) => IdText.TryParse(name, out _) || ImageHub.Domain.Groups.Group.IsSlug(name.ToLowerInvariant());

    // Case-insensitive, as in the app's router.
    private static bool Is(string segment, string name) => segment.Equals(name, StringComparison.OrdinalIgnoreCase);
}
