namespace ImageHub.Domain.Site;

/// <summary>The typefaces of titles.</summary>
public enum TitleTypeface
{
    /// <summary>With serifs.</summary>
    Serif,

    /// <summary>Without serifs.</summary>
    Sans,
}
