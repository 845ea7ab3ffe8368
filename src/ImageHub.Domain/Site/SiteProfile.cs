namespace ImageHub.Domain.Site;

/// <summary>What the owner says about the site: one row, which the schema begins with.</summary>
public sealed class SiteProfile
{
    /// <summary>The only id.</summary>
    public const int OnlyId = 1;

    /// <summary>What the site is called until the owner has named it.</summary>
    public const string DefaultTitle = "Gallery";

    /// <summary>The longest title, in characters.</summary>
    public const int MaxTitleLength = 100;

    /// <summary>The longest introduction, in characters.</summary>
    public const int MaxIntroductionLength = 2_000;

    /// <summary>The longest name of a photographer, in characters.</summary>
    public const int MaxPhotographerLength = 100;

    /// <summary>The most links in the footer.</summary>
    public const int MaxFooterLinks = 8;

    private SiteProfile()
    {
    }

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; private init; } = OnlyId;

    /// <summary>What the site is called; null: <see cref="DefaultTitle"/>.</summary>
    public string? Title { get; private set; }

    /// <summary>A few sentences at the head of the gallery, or null.</summary>
    public string? Introduction { get; private set; }

    /// <summary>Whose photos these are, or null.</summary>
    public string? Photographer { get; private set; }

    /// <summary><c>#rrggbb</c> in lower case; null: the app's own colour.</summary>
    public string? Accent { get; private set; }

    /// <summary>What the links in the footer say, in order.</summary>
    public IReadOnlyList<string> FooterLabels { get; private set; } = [];

    /// <summary>Where they lead, in the same order.</summary>
    public IReadOnlyList<string> FooterUrls { get; private set; } = [];

    /// <summary>The image that is the logo, or null. Whether it is there, and visitors may see it, is asked each time.</summary>
    public Guid? LogoImageId { get; private set; }

    /// <summary>The links in the footer.</summary>
    public IReadOnlyList<FooterLink> Footer => [.. FooterLabels.Zip(FooterUrls, (label, url) => new FooterLink(label, url))];

    /// <summary>Names the site; null: not any more.</summary>
    public void Retitle(string? title) => Title = title;

    /// <summary>Sets or clears the introduction; a blank one is none.</summary>
    public void Introduce(string? introduction) => Introduction = string.IsNullOrWhiteSpace(introduction) ? null : introduction.Trim();

    /// <summary>Sets or clears the photographer; a blank name is none.</summary>
    public void Credit(string? photographer) => Photographer = string.IsNullOrWhiteSpace(photographer) ? null : photographer.Trim();

    /// <summary>Sets or clears the accent colour.</summary>
    public void Paint(string? accent) => Accent = accent?.ToLowerInvariant();

    /// <summary>Replaces the links in the footer.</summary>
    public void Link(IReadOnlyList<FooterLink> footer)
    {
        FooterLabels = [.. footer.Select(link => link.Label)];
        FooterUrls = [.. footer.Select(link => link.Url)];
    }

    /// <summary>Chooses the logo, or has none.</summary>
    public void ChooseLogo(Guid? imageId) => LogoImageId = imageId;
}
