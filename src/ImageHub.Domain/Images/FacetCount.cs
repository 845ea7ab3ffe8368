namespace ImageHub.Domain.Images;

/// <summary>The property for which images are counted.</summary>
public enum FacetKind
{
    /// <summary>A tag.</summary>
    Tag,

    /// <summary>The month of <see cref="Image.TakenOrCreatedAt"/>: <c>2026-07</c>.</summary>
    Month,
}

/// <summary>
/// The number of images with a tag or from a month. Images in the trash and guests' photos that await approval do not count. The latest changes are not
/// included: they are stored as rows of <see cref="FacetChange"/>.
/// </summary>
public sealed class FacetCount
{
    private FacetCount()
    {
    }

    /// <summary>The kind of facet.</summary>
    public FacetKind Kind { get; private init; }

    /// <summary>The tag, or the month.</summary>
    public string Value { get; private init; } = "";

    /// <summary>The number of images in published groups.</summary>
    public int PublicCount { get; private init; }

    /// <summary>The number of images in curated groups.</summary>
    public int CuratedCount { get; private init; }

    /// <summary>The number of images in curated groups and in users' own groups.</summary>
    public int LiveCount { get; private init; }
}

/// <summary>
/// A change to a <see cref="FacetCount"/> by one SQL statement. The database's trigger function <c>count_facets</c> inserts the row in the statement's
/// transaction. These transactions only insert rows, so they do not wait for each other.
/// </summary>
public sealed class FacetChange
{
    private FacetChange()
    {
    }

    /// <summary>Ids ascend in the order in which the rows are inserted.</summary>
    public long Id { get; private init; }

    /// <summary>The kind of facet.</summary>
    public FacetKind Kind { get; private init; }

    /// <summary>The tag, or the month.</summary>
    public string Value { get; private init; } = "";

    /// <summary>The change in the number of images in published groups.</summary>
    public int PublicCount { get; private init; }

    /// <summary>The change in the number of images in curated groups.</summary>
    public int CuratedCount { get; private init; }

    /// <summary>The change in the number of images in curated groups and in users' own groups.</summary>
    public int LiveCount { get; private init; }
}
