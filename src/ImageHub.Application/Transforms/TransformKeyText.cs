using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ImageHub.Application.Transforms;

/// <summary>The text of keys that sign addresses of transforms, and the signatures.</summary>
internal static class TransformKeyText
{
    /// <summary>The purpose of the encryption in the database.</summary>
    public const string Purpose = "ImageHub.TransformKey";

    /// <summary>The prefix of every key, which makes keys recognizable to people and secret scanners.</summary>
    public const string Prefix = "iht_";

    /// <summary>The number of characters of a signature: 32 bytes in base64url without padding.</summary>
    public const int SignatureLength = 43;

    /// <summary>
    /// Whether a signature belongs to a text. The comparison takes constant time. It compares characters, so that no other encoding of the same bytes is
    /// accepted.
    /// </summary>
    public static bool IsSignature(string signature, string key, string text)
    {
        var expected = Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(expected), Encoding.UTF8.GetBytes(signature));
    }
}
