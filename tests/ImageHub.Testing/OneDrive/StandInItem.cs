namespace ImageHub.Testing.OneDrive;

/// <summary>A file or folder of the stand-in drive.</summary>
public sealed class StandInItem
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>The parent folder; null for the root.</summary>
    public required StandInItem? Parent { get; set; }

    /// <summary>The file's content; null for a folder.</summary>
    public byte[]? Content { get; init; }

    /// <summary>The id of the drive that contains the item.</summary>
    public required string DriveId { get; init; }

    /// <summary>The status with which requests for the folder's items are refused; null answers normally.</summary>
    public int? ChildrenStatus { get; set; }

    /// <summary>The status with which downloads of the file are refused; null answers normally.</summary>
    public int? DownloadStatus { get; set; }

    /// <summary>Whether the item is a notebook, which is neither a file nor a folder.</summary>
    public bool IsNotebook { get; init; }

    public bool IsFolder => Content is null;
}
