using System.Security.Cryptography;
using System.Text;
using ImageHub.Domain.ApiKeys;

namespace ImageHub.Application.ApiKeys;

/// <summary>Keys as they travel: a prefix and 256 random bits in letters and digits, so that a double click selects all of it. Only their hash is kept.</summary>
internal static class ApiKeyText
{
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>62^43 is more than 2^256.</summary>
    private const int RandomLength = 43;

    public static string Create() => ApiKey.Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <summary>What finds a key. A slow hash would add nothing: nobody guesses 256 bits.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
