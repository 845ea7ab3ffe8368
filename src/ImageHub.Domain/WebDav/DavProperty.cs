using System.Text;

namespace ImageHub.Domain.WebDav;

/// <summary>A dead property (RFC 4918, section 4): a value that a client stores with a folder or file, and that means nothing to the server.</summary>
public sealed class DavProperty
{
    /// <summary>The maximum total size of the properties of one folder or file, in bytes.</summary>
    public const int MaxBytesPerResource = 64 * 1024;

    /// <summary>The maximum total size of the properties that one account has set, in bytes.</summary>
    public const long MaxBytesPerAccount = 64 * 1024 * 1024;

    /// <summary>The bytes that count for each property in addition to its names and value. This overhead bounds the number of properties.</summary>
    private const int OverheadBytes = 256;

    private DavProperty()
    {
    }

    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; }

    /// <summary>The account that set the property last.</summary>
    public Guid AccountId { get; private set; }

    /// <summary>The folder that has the property: a curated group, or a user's own group; null for a file.</summary>
    public Guid? GroupId { get; private init; }

    /// <summary>The image that has the property, or null.</summary>
    public Guid? ImageId { get; private init; }

    /// <summary>The placeholder that has the property, or null.</summary>
    public Guid? PlaceholderId { get; private init; }

    /// <summary>The namespace of the name; may be empty.</summary>
    public string Namespace { get; private init; } = "";

    /// <summary>The local name.</summary>
    public string Name { get; private init; } = "";

    /// <summary>The property's XML element, with the declarations of all its namespaces.</summary>
    public string Value { get; private set; } = "";

    /// <summary>The size of names and value, and a fixed overhead, in bytes.</summary>
    public int Bytes { get; private set; }

    /// <summary>Creates a property of a folder, an image or a placeholder; exactly one of the ids is not null.</summary>
    public static DavProperty Create(DavPropertyOwner owner, string ns, string name, string value, Guid accountId, DateTimeOffset now)
    {
        var property = new DavProperty
        {
            Id = Guid.CreateVersion7(now),
            GroupId = owner.GroupId,
            ImageId = owner.ImageId,
            PlaceholderId = owner.PlaceholderId,
            Namespace = ns,
            Name = name,
        };
        property.Set(value, accountId);
        return property;
    }

    /// <summary>Replaces the value.</summary>
    public void Set(string value, Guid accountId) =>
        (Value, AccountId, Bytes) = (value, accountId, OverheadBytes + Encoding.UTF8.GetByteCount(Namespace) + Encoding.UTF8.GetByteCount(Name) + Encoding.UTF8.GetByteCount(value));
}
