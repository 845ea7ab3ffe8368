using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using ImageHub.Application.Accounts;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Secrets;

/// <summary>
/// Encrypts the keys of Data Protection with AES-256-GCM (NIST SP 800-38D) and a key derived from the signing key of access tokens (RFC 5869), so that the keys
/// cannot be read from the database alone.
/// </summary>
internal sealed class SigningKeyEncryption(IOptions<JwtOptions> options) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        var nonce = RandomNumberGenerator.GetBytes(KeyBox.NonceBytes);
        var (cipher, tag) = (new byte[plain.Length], new byte[KeyBox.TagBytes]);
        using var aes = KeyBox.Open(options.Value);
        aes.Encrypt(nonce, plain, cipher, tag);
        return new EncryptedXmlInfo(new XElement(KeyBox.Element, Convert.ToBase64String([.. nonce, .. tag, .. cipher])), typeof(SigningKeyDecryption));
    }
}

/// <summary>Decrypts keys encrypted by <see cref="SigningKeyEncryption"/>. Data Protection creates the instance by type name and passes the services.</summary>
internal sealed class SigningKeyDecryption(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement)
    {
        var box = Convert.FromBase64String(encryptedElement.Value).AsSpan();
        var plain = new byte[box.Length - KeyBox.NonceBytes - KeyBox.TagBytes];
        using var aes = KeyBox.Open(services.GetRequiredService<IOptions<JwtOptions>>().Value);
        aes.Decrypt(box[..KeyBox.NonceBytes], box[(KeyBox.NonceBytes + KeyBox.TagBytes)..], box[KeyBox.NonceBytes..(KeyBox.NonceBytes + KeyBox.TagBytes)], plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }
}

/// <summary>The format of an encrypted key: nonce, tag and ciphertext, in base64.</summary>
internal static class KeyBox
{
    public const string Element = "encryptedWithSigningKey";
    public const int NonceBytes = 12;
    public const int TagBytes = 16;

    private const int KeyBytes = 32;
    private const int FingerprintBytes = 12;

    public static AesGcm Open(JwtOptions options) => new(Derive(options, KeyBytes, "imagehub protection keys"u8), TagBytes);

    /// <summary>Identifies a signing key without revealing it.</summary>
    public static string Fingerprint(JwtOptions options) => Base64Url.EncodeToString(Derive(options, FingerprintBytes, "imagehub signing key fingerprint"u8));

    private static byte[] Derive(JwtOptions options, int length, ReadOnlySpan<byte> purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, options.KeyBytes(), length, info: purpose.ToArray());
}
