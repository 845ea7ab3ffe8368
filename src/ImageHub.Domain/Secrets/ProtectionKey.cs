namespace ImageHub.Domain.Secrets;

/// <summary>A key that secrets in the database are encrypted with, itself encrypted.</summary>
/// <param name="id">UUIDv7.</param>
/// <param name="encryptedWith">What tells the key that it is encrypted with from others.</param>
/// <param name="xml">The key as XML.</param>
public sealed class ProtectionKey(Guid id, string encryptedWith, string xml)
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; } = id;

    /// <summary>What tells the key that it is encrypted with from others. Nothing can be decrypted with it.</summary>
    public string EncryptedWith { get; private init; } = encryptedWith;

    /// <summary>The key as XML, with its secret part encrypted by a key that is not in the database.</summary>
    public string Xml { get; private init; } = xml;
}
