namespace ImageHub.Domain.Site;

/// <summary>A logo of the site, for light or dark pages. A worker process has rendered the logo's bytes from the uploaded file.</summary>
public sealed class SiteLogo
{
    private SiteLogo()
    {
    }

    /// <summary>Whether the logo is for dark pages.</summary>
    public bool IsDark { get; private init; }

    /// <summary>The number of the logo's revision (<see cref="RevisionNumber"/>). The bytes of one revision never change.</summary>
    public int Revision { get; private set; }

    /// <summary>Pixels.</summary>
    public int Width { get; private set; }

    /// <summary>Pixels.</summary>
    public int Height { get; private set; }

    /// <summary>The media type.</summary>
    public string ContentType { get; private set; } = "";

    /// <summary>The file; empty if the logo was deleted. The row remains, so that a later logo gets a new revision.</summary>
    public byte[] Bytes { get; private set; } = [];

    /// <summary>Creates a row without a logo.</summary>
    public static SiteLogo Create(bool isDark) => new() { IsDark = isDark };

    /// <summary>Replaces the logo.</summary>
    public void Replace(int width, int height, string contentType, byte[] bytes, DateTimeOffset now)
    {
        Revision = RevisionNumber.After(Revision, now);
        (Width, Height, ContentType, Bytes) = (width, height, contentType, bytes);
    }

    /// <summary>Deletes the logo.</summary>
    public void Delete() => (Width, Height, ContentType, Bytes) = (0, 0, "", []);
}
