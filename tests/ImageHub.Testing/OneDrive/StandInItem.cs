namespace ImageHub.Testing.OneDrive;

/// <summary>A file or folder of the stand-in drive.</summary>
public sealed class StandInItem
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>The folder that it is in; null: the root.</summary>
    public required StandInItem? Parent { get; set; }

    /// <summary>A file's bytes; null: a folder.</summary>
    public byte[]? Content { get; init; }

    /// <summary>The drive that it is in.</summary>
    public required string DriveId { get; init; }

    public bool IsFolder => Content is null;
}
