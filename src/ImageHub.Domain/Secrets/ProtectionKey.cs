namespace ImageHub.Domain.Secrets;

/// <summary>A key that encrypts secrets in the database. The key itself is stored encrypted.</summary>
/// <param name="id">UUIDv7.</param>
/// <param name="encryptedWith">The fingerprint of the key that encrypts this key.</param>
/// <param name="xml">The key as XML.</param>
public sealed class ProtectionKey(Guid id, string encryptedWith, string xml)
{
    /// <summary>UUIDv7.</summary>
    public Guid Id { get; private init; } = id;

    /// <summary>The fingerprint of the key that encrypts this key. The fingerprint is not secret.</summary>
    public string EncryptedWith { get; private init; } = encryptedWith;

    /// <summary>The key as XML; its secret part is encrypted with a key outside the database.</summary>
    public string Xml { get; private init; } = xml;
}
