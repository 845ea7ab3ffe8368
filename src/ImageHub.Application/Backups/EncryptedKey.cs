using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ImageHub.Application.Backups;

/// <summary>
/// Encrypts the key of the data directory with a passphrase: PBKDF2 with HMAC-SHA-256 (RFC 8018) and AES-256-GCM (NIST SP 800-38D). The file has the text
/// <c>ImageHubKey1</c>, the number of iterations (four bytes, big-endian), the salt (16 bytes), the nonce (12), the tag (16) and the encrypted key. The tag
/// also covers all bytes before it.
/// </summary>
internal static class EncryptedKey
{
    /// <summary>The maximum size of a file that is read, in bytes.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The number that OWASP recommends for PBKDF2 with HMAC-SHA-256.</summary>
    private const int Iterations = 600_000;

    /// <summary>The maximum number of iterations of a file that is read, so that a forged file cannot take unlimited time.</summary>
    private const int MaxIterations = 10_000_000;

    private const int SaltBytes = 16;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    private static ReadOnlySpan<byte> Start => "ImageHubKey1"u8;

    private static int HeaderBytes => Start.Length + sizeof(int) + SaltBytes + NonceBytes;

    /// <summary>Encrypts a key with a new salt and nonce.</summary>
    public static byte[] Encrypt(byte[] key, string passphrase)
    {
        var file = new byte[HeaderBytes + TagBytes + key.Length];
        Start.CopyTo(file);
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(Start.Length), Iterations);
        RandomNumberGenerator.Fill(file.AsSpan(Start.Length + sizeof(int), SaltBytes + NonceBytes));
        var (header, nonce, tag, content) = Split(file);
        using var cipher = CreateCipher(file, passphrase, Iterations);
        cipher.Encrypt(nonce.Span, key, content.Span, tag.Span, header.Span);
        return file;
    }

    /// <summary>Decrypts a key.</summary>
    /// <returns>The key; null if the passphrase is wrong or the file is damaged.</returns>
    public static byte[]? Decrypt(byte[] file, string passphrase)
    {
        if (file.Length < HeaderBytes + TagBytes || !file.AsSpan().StartsWith(Start) || BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(Start.Length)) is not (>= Iterations and <= MaxIterations and var iterations))
        {
            return null;
        }

        var (header, nonce, tag, content) = Split(file);
        var key = new byte[content.Length];
        using var cipher = CreateCipher(file, passphrase, iterations);
        try
        {
            cipher.Decrypt(nonce.Span, content.Span, tag.Span, key, header.Span);
            return key;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private static AesGcm CreateCipher(byte[] file, string passphrase, int iterations) =>
        new(Rfc2898DeriveBytes.Pbkdf2(passphrase, file.AsSpan(Start.Length + sizeof(int), SaltBytes), iterations, HashAlgorithmName.SHA256, KeyBytes), TagBytes);

    private static (Memory<byte> Header, Memory<byte> Nonce, Memory<byte> Tag, Memory<byte> Content) Split(byte[] file) =>
        (file.AsMemory(0, HeaderBytes), file.AsMemory(HeaderBytes - NonceBytes, NonceBytes), file.AsMemory(HeaderBytes, TagBytes), file.AsMemory(HeaderBytes + TagBytes));
}
