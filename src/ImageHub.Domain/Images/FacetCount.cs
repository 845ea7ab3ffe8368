namespace ImageHub.Domain.Images;

/// <summary>The property by which images are counted.</summary>
public enum FacetKind
{
    /// <summary>A tag.</summary>
    Tag,

    /// <summary>The month of <see cref="Image.TakenOrCreatedAt"/>: <c>2026-07</c>.</summary>
    Month,
}

/// <summary>
/// The number of images with a tag or of a month, excluding the latest changes, which are rows of <see cref="FacetChange"/>. Images in the
/// trash are not counted.
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

    /// <summary>The number of images in groups.</summary>
    public int CuratedCount { get; private init; }

    /// <summary>The number of images in groups and of users.</summary>
    public int LiveCount { get; private init; }
}

/// <summary>
/// A statement's change to a <see cref="FacetCount"/>. The database triggers <c>count_facets</c> insert it in the transaction of the change.
/// Rows are only inserted, so that transactions do not wait for each other.
/// </summary>
public sealed class FacetChange
{
    private FacetChange()
    {
    }

    /// <summary>Ascends in the order of changes.</summary>
    public long Id { get; private init; }

    /// <summary>The kind of facet.</summary>
    public FacetKind Kind { get; private init; }

    /// <summary>The tag, or the month.</summary>
    public string Value { get; private init; } = "";

    /// <summary>The change in the number of images in published groups.</summary>
    public int PublicCount { get; private init; }

    /// <summary>The change in the number of images in groups.</summary>
    public int CuratedCount { get; private init; }

    /// <summary>The change in the number of images in groups and of users.</summary>
    public int LiveCount { get; private init; }
}
