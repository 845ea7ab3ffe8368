
namespace ImageHub.Application.Delivery;

/// <summary>
/// Tags that identify the data in a public response, the permissions of sessions, and stored thumbnails. The database triggers <c>announce_groups</c>,
/// <c>announce_images</c>, <c>announce_site</c>, <c>announce_transform_keys</c>, <c>announce_accounts</c> and <c>announce_thumbnails</c> announce the changed
/// tags, separated by spaces, in the transaction of each change.
/// </summary>
public static class ChangeTags
{
    /// <summary>All lists of groups: their order, texts, counts and covers.</summary>
    public const string Groups = "groups";

    /// <summary>All lists of images across groups.</summary>
    public const string Images = "images";

    /// <summary>A group and its content; the group's id follows.</summary>
    public const string Group = "group:";

    /// <summary>An image; the image's id follows.</summary>
    public const string Image = "image:";

    /// <summary>The site's profile.</summary>
    public const string Site = "site";

    /// <summary>The keys of transforms; announced when a key ends.</summary>
    public const string TransformKeys = "transform-keys";

    /// <summary>The permissions of sessions; announced when a session ends, and when an account, a tier or a membership changes.</summary>
    public const string Accounts = "accounts";

    /// <summary>
    /// Stored thumbnails; announced when one is replaced or deleted, when an image is deleted, and when its owner, file name, revision or trash status changes.
    /// </summary>
    public const string Thumbnails = "thumbnails";

    /// <summary>All data: announced for changes of very many rows.</summary>
    public const string All = "all";
}
