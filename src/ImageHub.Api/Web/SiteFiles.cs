namespace ImageHub.Api.Web;

/// <summary>The well-known addresses of a site's files.</summary>
internal static class SiteFiles
{
    public const string Sitemap = "/sitemap.xml";
    public const string Robots = "/robots.txt";
    public const string Feed = "/feed.xml";
    public const string Manifest = "/manifest.webmanifest";
    public const string Embed = "/oembed";
}
