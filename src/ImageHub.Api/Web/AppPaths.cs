namespace ImageHub.Api.Web;

/// <summary>The paths of the web app's pages, as in its router; <c>*</c> matches an id, a slug or a link's token. Other paths have no page.</summary>
internal static class AppPaths
{
    /// <summary>All page paths.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        "/", "/about", "/groups/*", "/groups/*/images/*", "/shared/*", "/shared/*/images/*", "/search", "/search/images/*", "/timeline", "/timeline/images/*", "/sign-in",
        "/account", "/account/images/*", "/account/groups/*", "/account/groups/*/images/*", "/account/uploads", "/account/uploads/*", "/account/links", "/account/password",
        "/admin", "/admin/groups/*", "/admin/groups/*/review", "/admin/groups/*/stock", "/admin/site", "/admin/uploads", "/admin/uploads/*", "/admin/links", "/admin/links/favourites",
        "/admin/links/*/favourites", "/admin/users", "/admin/tiers", "/admin/api-keys", "/admin/transforms", "/admin/onedrive", "/admin/duplicates", "/admin/trash", "/admin/storage",
    ];

    private static readonly string[][] Segments = [.. All.Select(Split)];

    /// <summary>Whether the app has a page at a path, case-insensitively and with or without a trailing slash, as in the app's router.</summary>
    public static bool HasPage(string path)
    {
        var asked = Split(path);
        return Array.Exists(Segments, page => page.Length == asked.Length && page.Zip(asked).All(pair => pair.First == "*" || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase)));
    }

    private static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);
}
