namespace ImageHub.Api.Web;

/// <summary>Where programs look for what a site has.</summary>
internal static class SiteFiles
{
    public const string Sitemap = "/sitemap.xml";
    public const string Robots = "/robots.txt";
    public const string Feed = "/feed.xml";
    public const string Manifest = "/manifest.webmanifest";
    public const string Embed = "/oembed";
}
