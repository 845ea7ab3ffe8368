namespace ImageHub.Domain.Groups;

/// <summary>The files of a group's images that visitors may download. The order is from permissive to strict.</summary>
public enum Downloads
{
    /// <summary>All files, including the full size.</summary>
    Full,

    /// <summary>The high rendition, but not the full size.</summary>
    High,

    /// <summary>Nothing: visitors see photos, but pages offer no download.</summary>
    None,
}
