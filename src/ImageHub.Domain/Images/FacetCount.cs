namespace ImageHub.Domain.Images;

/// <summary>What images are counted by.</summary>
public enum FacetKind
{
    /// <summary>A tag.</summary>
    Tag,

    /// <summary>The month of <see cref="Image.TakenOrCreatedAt"/>: <c>2026-07</c>.</summary>
    Month,
}

/// <summary>
/// How many images have a tag, or are of a month, without the latest changes: those are rows of <see cref="FacetChange"/>. Images in the trash are not counted.
/// </summary>
public sealed class FacetCount
{
    private FacetCount()
    {
    }

    /// <summary>What is counted.</summary>
    public FacetKind Kind { get; private init; }

    /// <summary>The tag, or the month.</summary>
    public string Value { get; private init; } = "";

    /// <summary>Images of published groups.</summary>
    public int PublicCount { get; private init; }

    /// <summary>Images of groups.</summary>
    public int CuratedCount { get; private init; }

    /// <summary>Images of groups and of users.</summary>
    public int LiveCount { get; private init; }
}

/// <summary>
/// By how much one statement has changed a <see cref="FacetCount"/>. The database's triggers <c>count_facets</c> write it in the transaction of the change: rows
/// are only added, so that no two transactions wait for each other's.
/// </summary>
public sealed class FacetChange
{
    private FacetChange()
    {
    }

    /// <summary>Ascends as changes are made.</summary>
    public long Id { get; private init; }

    /// <summary>What is counted.</summary>
    public FacetKind Kind { get; private init; }

    /// <summary>The tag, or the month.</summary>
    public string Value { get; private init; } = "";

    /// <summary>Images of published groups: more, or fewer.</summary>
    public int PublicCount { get; private init; }

    /// <summary>Images of groups: more, or fewer.</summary>
    public int CuratedCount { get; private init; }

    /// <summary>Images of groups and of users: more, or fewer.</summary>
    public int LiveCount { get; private init; }
}
