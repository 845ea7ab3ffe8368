using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.Images;
using ImageHub.Domain.WebDav;

namespace ImageHub.Application.WebDav;

/// <summary>A folder: the root, a group, or a user's own images.</summary>
/// <param name="GroupId">The group; null for the root.</param>
/// <param name="AncestorIds">The ids of the groups above, outermost first.</param>
/// <param name="Href">The encoded path, with a slash at its end.</param>
/// <param name="Title">The title.</param>
/// <param name="CreatedAt">When the group was created.</param>
/// <param name="ChangedAt">When the group or its images were last changed.</param>
public sealed record DavFolder(Guid? GroupId, IReadOnlyList<Guid> AncestorIds, string Href, string Title, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    /// <summary>Whether the folder contains a user's own images.</summary>
    public bool IsOwn { get; init; }

    /// <summary>The encoded path of an entry.</summary>
    public string HrefOf(string name) => Href + Uri.EscapeDataString(name);
}

/// <summary>A file: an image or a placeholder.</summary>
/// <param name="Name">The file name.</param>
/// <param name="Bytes">The size in bytes.</param>
/// <param name="ContentType">The media type.</param>
/// <param name="ETag">The strong entity tag, without quotes.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="ChangedAt">When its content was last written.</param>
public sealed record DavFile(string Name, long Bytes, string ContentType, string ETag, DateTimeOffset CreatedAt, DateTimeOffset ChangedAt)
{
    /// <summary>The image; null for a placeholder.</summary>
    public Guid? ImageId { get; init; }

    /// <summary>The placeholder; null for an image.</summary>
    public Guid? PlaceholderId { get; init; }

    /// <summary>The id of a placeholder's content.</summary>
    public Guid ContentId { get; init; }

    /// <summary>Whether a guest sent the image.</summary>
    public bool IsFromGuest { get; init; }

    /// <summary>The variant of an image whose bytes the file has: the original, or full for guests' photos, whose original is not kept.</summary>
    public ImageVariant Variant => IsFromGuest ? ImageVariant.Full : ImageVariant.Original;

    /// <summary>The format of an image; null for a placeholder.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>The SHA-256 hash of an image's file as sent.</summary>
    public byte[] Sha256 { get; init; } = [];

    /// <summary>The account that uploaded an image, or null.</summary>
    public Guid? AddedBy { get; init; }
}

/// <summary>A folder, or a file in it.</summary>
/// <param name="Folder">The folder itself, or the file's folder.</param>
/// <param name="File">The file; null for a folder.</param>
public sealed record DavResource(DavFolder Folder, DavFile? File)
{
    /// <summary>Whether it is a folder.</summary>
    [MemberNotNullWhen(false, nameof(File))]
    public bool IsFolder => File is null;

    /// <summary>The encoded path: the requested one, or the listed folder's path plus the name.</summary>
    public string Href { get; init; } = File is null ? Folder.Href : Folder.HrefOf(File.Name);

    /// <summary>The owner of its properties.</summary>
    internal DavPropertyOwner Owner => new(File is null ? Folder.GroupId : null, File?.ImageId, File?.PlaceholderId);
}

/// <summary>The place that an address names, whether or not something is there.</summary>
/// <param name="Parent">The folder that contains the place; null for the root, and if that folder does not exist.</param>
/// <param name="Segment">The last segment as sent, in NFC.</param>
/// <param name="FileName">The name that a file has there: the last segment as a safe file name.</param>
/// <param name="Resource">The folder or file; null if there is none.</param>
internal sealed record DavPlace(DavFolder? Parent, string Segment, string FileName, DavResource? Resource)
{
    /// <summary>The SHA-256 hash of the folder's id and the name. It has a fixed length, and names have no maximum length.</summary>
    public byte[] Hash => SHA256.HashData([.. (Parent?.GroupId ?? Guid.Empty).ToByteArray(), .. Encoding.UTF8.GetBytes(FileName.Length > 0 ? FileName : Segment)]);
}
