using System.Security.Cryptography;
using System.Text;

namespace ImageHub.Application.ApiKeys;

/// <summary>
/// The text of keys: a prefix and 256 random bits. A double click selects the whole key, because it has only letters, digits and an underscore.
/// Only the hash of an API key is stored.
/// </summary>
internal static class ApiKeyText
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>62^43 is more than 2^256.</summary>
    private const int RandomLength = 43;

    /// <summary>Creates a key.</summary>
    /// <param name="prefix">The prefix, which tells kinds of keys apart.</param>
    public static string Create(string prefix) => prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <summary>The hash that identifies an API key in the database. A slow hash would add no security, because 256 random bits cannot be guessed.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
