namespace ImageHub.Domain.Site;

/// <summary>The site's title, texts and appearance: a single row, created with the schema.</summary>
public sealed class SiteProfile
{
    /// <summary>The id of the single row.</summary>
    public const int OnlyId = 1;

    /// <summary>The title of a site that has not been named.</summary>
    public const string DefaultTitle = "Gallery";

    /// <summary>The maximum length of a title, in characters.</summary>
    public const int MaxTitleLength = 100;

    /// <summary>The maximum length of an introduction, in characters.</summary>
    public const int MaxIntroductionLength = 2_000;

    /// <summary>The maximum length of a photographer's name, in characters.</summary>
    public const int MaxPhotographerLength = 100;

    /// <summary>The maximum length of the text about the photographer, in characters.</summary>
    public const int MaxAboutLength = 4_000;

    /// <summary>The maximum length of an e-mail address, in characters (RFC 5321, section 4.5.3.1.3).</summary>
    public const int MaxEmailLength = 254;

    /// <summary>The maximum number of links in the footer.</summary>
    public const int MaxFooterLinks = 8;

    private SiteProfile()
    {
    }

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; private init; } = OnlyId;

    /// <summary>The id of this gallery, which the database sets once. It tells the backups and stores of several galleries apart.</summary>
    public Guid GalleryId { get; private init; }

    /// <summary>The title; null for <see cref="DefaultTitle"/>.</summary>
    public string? Title { get; private set; }

    /// <summary>A short text above the gallery, or null.</summary>
    public string? Introduction { get; private set; }

    /// <summary>The photographer's name, or null.</summary>
    public string? Photographer { get; private set; }

    /// <summary>The text of the page about the photographer; null if there is no such page.</summary>
    public string? About { get; private set; }

    /// <summary>The e-mail address for visitors, or null.</summary>
    public string? Email { get; private set; }

    /// <summary><c>#rrggbb</c> in lower case; null for the app's default colour.</summary>
    public string? Accent { get; private set; }

    /// <summary>The labels of the footer's links, in order.</summary>
    public IReadOnlyList<string> FooterLabels { get; private set; } = [];

    /// <summary>The addresses of the footer's links, in the order of the labels.</summary>
    public IReadOnlyList<string> FooterUrls { get; private set; } = [];

    /// <summary>The layout of groups' photos.</summary>
    public PhotoLayout Layout { get; private set; }

    /// <summary>The typeface of titles.</summary>
    public TitleTypeface Typeface { get; private set; }

    /// <summary>The image that version 0.9.0 used as the logo. A job makes it a <see cref="SiteLogo"/> and clears this value.</summary>
    public Guid? LogoImageId { get; private set; }

    /// <summary>The image that is the watermark, or null.</summary>
    public Guid? WatermarkImageId { get; private set; }

    /// <summary>The watermark's place.</summary>
    public WatermarkPosition WatermarkPosition { get; private set; }

    /// <summary>The watermark's opacity.</summary>
    public double WatermarkOpacity { get; private set; }

    /// <summary>The watermark's width in percent of the picture's width.</summary>
    public double WatermarkWidthPercent { get; private set; }

    /// <summary>The number of the watermark. Each change of the watermark increases it, so that the bytes made with a number never change.</summary>
    public int WatermarkNumber { get; private set; }

    /// <summary>The watermark, or null.</summary>
    public Watermark? Watermark => WatermarkImageId is { } imageId ? new(imageId, WatermarkPosition, WatermarkOpacity, WatermarkWidthPercent) : null;

    /// <summary>The links in the footer.</summary>
    public IReadOnlyList<FooterLink> Footer => [.. FooterLabels.Zip(FooterUrls, (label, url) => new FooterLink(label, url))];

    /// <summary>Sets or clears the title.</summary>
    public void SetTitle(string? title) => Title = title;

    /// <summary>Sets or clears the introduction; a blank text clears it.</summary>
    public void SetIntroduction(string? introduction) => Introduction = string.IsNullOrWhiteSpace(introduction) ? null : introduction.Trim();

    /// <summary>Sets or clears the photographer; a blank name clears it.</summary>
    public void SetPhotographer(string? photographer) => Photographer = string.IsNullOrWhiteSpace(photographer) ? null : photographer.Trim();

    /// <summary>Sets or clears the text of the page about the photographer; a blank text clears it.</summary>
    public void SetAbout(string? about) => About = string.IsNullOrWhiteSpace(about) ? null : about.Trim();

    /// <summary>Sets or clears the e-mail address.</summary>
    public void SetEmail(string? email) => Email = email;

    /// <summary>
    /// Whether a text is an e-mail address: a name, @ and a domain, without spaces and without characters that end an address in a <c>mailto:</c> link.
    /// </summary>
    public static bool IsEmail(string text) =>
        text.Split('@') is [{ Length: > 0 }, { Length: > 0 }] && FooterLink.IsAllowed($"mailto:{text}") && text.IndexOfAny(['?', '#', '&', ',', ';', '<', '>', '"', '%']) < 0;

    /// <summary>Sets or clears the accent colour.</summary>
    public void SetAccent(string? accent) => Accent = accent?.ToLowerInvariant();

    /// <summary>Replaces the links in the footer.</summary>
    public void SetFooter(IReadOnlyList<FooterLink> footer)
    {
        FooterLabels = [.. footer.Select(link => link.Label)];
        FooterUrls = [.. footer.Select(link => link.Url)];
    }

    /// <summary>Sets the layout of groups' photos.</summary>
    public void SetLayout(PhotoLayout layout) => Layout = layout;

    /// <summary>Sets the typeface of titles.</summary>
    public void SetTypeface(TitleTypeface typeface) => Typeface = typeface;

    /// <summary>Sets or clears the watermark.</summary>
    public void SetWatermark(Watermark? watermark, DateTimeOffset now)
    {
        if (watermark == Watermark)
        {
            return;
        }

        WatermarkNumber = RevisionNumber.MarkAfter(WatermarkNumber, now);
        WatermarkImageId = watermark?.ImageId;
        if (watermark is not null)
        {
            (_, WatermarkPosition, WatermarkOpacity, WatermarkWidthPercent) = watermark;
        }
    }

    /// <summary>Clears the image that version 0.9.0 used as the logo.</summary>
    public void ClearLogoImage() => LogoImageId = null;
}
