using System.Globalization;
using System.Security.Cryptography;
using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Oidc;

/// <summary>Names of accounts that a sign-in creates.</summary>
internal static class OidcUserName
{
    /// <summary>The name of a person whose claims contain no usable name.</summary>
    private const string Fallback = "user";

    /// <summary>The number of names that are tried before a random one is taken.</summary>
    private const int Attempts = 50;

    /// <summary>The maximum length before the number is added.</summary>
    private const int MaxLength = User.MaxUserNameLength - 10;

    /// <summary>
    /// Cleans a name: the domain of a mail address is removed, and each run of characters other than <c>[A-Za-z0-9._-]</c> becomes a hyphen.
    /// </summary>
    public static string Clean(string? preferred)
    {
        var local = (preferred ?? "").Split('@', 2)[0];
        var words = string.Concat(local.Select(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-' ? character : ' '));
        var cleaned = string.Join('-', words.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Trim('-', '.', '_');
        var name = cleaned[..Math.Min(cleaned.Length, MaxLength)];
        return name.Length >= User.MinUserNameLength ? name : Fallback;
    }

    /// <summary>Finds a free name: the cleaned name, or the name with a number. The caller must have locked the accounts.</summary>
    public static async Task<string> FindFreeUserNameAsync(this IImageHubDb db, string? preferred, CancellationToken cancellationToken)
    {
        var name = Clean(preferred);
        string[] candidates = [name, .. Enumerable.Range(2, Attempts - 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"))];
        var normalized = candidates.Select(User.Normalize).ToArray();
        var taken = await db.Users.Where(user => normalized.Contains(user.NormalizedUserName)).Select(user => user.NormalizedUserName).ToListAsync(cancellationToken);
        return Array.Find(candidates, candidate => !taken.Contains(User.Normalize(candidate), StringComparer.Ordinal))
            ?? $"{name}-{RandomNumberGenerator.GetString("0123456789", 9)}";
    }
}
