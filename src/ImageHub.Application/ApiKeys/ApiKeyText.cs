using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.ApiKeys;

namespace ImageHub.Application.ApiKeys;

/// <summary>
/// The text of API keys: a prefix and 256 random bits. A double click selects the whole key, because it has only letters, digits and an underscore.
/// Only the hash is stored.
/// </summary>
internal static class ApiKeyText
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>62^43 is more than 2^256.</summary>
    private const int RandomLength = 43;

    public static string Create() => ApiKey.Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <summary>The hash that identifies a key in the database. A slow hash would add no security, because 256 random bits cannot be guessed.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
