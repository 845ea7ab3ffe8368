using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.Accounts;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Account rules shared by several requests.</summary>
internal static partial class AccountRules
{
    private const int MaxGivenLength = 1_000;

    /// <summary>The error for a request that gives an admin or editor a tier.</summary>
    public const string TierForUsersOnly = "tierId is only for users; admins and editors have no limits.";

    /// <summary>Letters and digits, without characters that look alike.</summary>
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY34679";

    /// <summary>Generates a password of 23 characters with more than 128 random bits.</summary>
    public static string GeneratePassword() => RandomNumberGenerator.GetString(Alphabet, 23);

    /// <summary>Requires 3–64 characters of <c>[A-Za-z0-9._-]</c>.</summary>
    public static IRuleBuilderOptions<T, string?> UserName<T>(this IRuleBuilder<T, string?> rule) => rule
        .SetValidator(new TextRule<T>(User.MinUserNameLength, User.MaxUserNameLength, name => name is not null && UserNamePattern().IsMatch(name)
            ? null
            : $"is '{Shortened(name)}'; {User.MinUserNameLength} to {User.MaxUserNameLength} of the characters A-Z a-z 0-9 . _ - are allowed."));

    /// <summary>Requires 12 characters to 72 bytes of UTF-8, and rejects common passwords.</summary>
    public static IRuleBuilderOptions<T, string?> NewPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .SetValidator(new TextRule<T>(User.MinPasswordLength, User.MaxPasswordBytes, password => PasswordComplaint(password ?? "")));

    /// <summary>Returns the error in a new password, worded to follow the field's name; null if the password is valid.</summary>
    public static string? PasswordComplaint(string password)
    {
        var (characters, bytes) = (Characters.Count(password), Encoding.UTF8.GetByteCount(password));
        if (characters < User.MinPasswordLength || bytes > User.MaxPasswordBytes)
        {
            return $"has {characters} characters and {bytes} bytes of UTF-8; {User.MinPasswordLength} characters to {User.MaxPasswordBytes} bytes are allowed.";
        }

        return CommonPasswords.Contains(password) ? "is on the list of common passwords, which attackers try first; choose another one." : null;
    }

    /// <summary>Requires a password for comparison that is not empty and not too long.</summary>
    public static IRuleBuilderOptions<T, string?> GivenPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .SetValidator(new TextRule<T>(1, MaxGivenLength, password => Characters.Count(password ?? "") is var length and (0 or > MaxGivenLength)
            ? $"has {length} characters; 1 to {MaxGivenLength} are allowed."
            : null));

    /// <summary>Throws if a password consists of the account's name.</summary>
    /// <exception cref="ProblemException">400 that names the field.</exception>
    public static void EnsureNotMadeOf(string userName, string field, string password)
    {
        if (IsMadeOf(userName, password))
        {
            throw ProblemException.Invalid(field, $"{field} {MadeOfName}");
        }
    }

    /// <summary>The error for a password that consists of the account's name, worded to follow the field's name.</summary>
    public const string MadeOfName = "is made of the user name, which attackers try first; choose another one.";

    /// <summary>Whether a password consists of the account's name, once or repeated. Characters other than letters are ignored.</summary>
    public static bool IsMadeOf(string userName, string password)
    {
        // For a name without letters, all characters are compared.
        var hasLetters = userName.Any(char.IsLetter);
        var (name, rest) = hasLetters ? (FindLetters(userName), FindLetters(password)) : (userName, password);
        return rest.Length > 0 && rest.Replace(name, "", StringComparison.OrdinalIgnoreCase).Length == 0;
    }

    /// <summary>Throws if another account has the name.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateUserName</c>.</exception>
    public static async Task EnsureUserNameIsFreeAsync(this IImageHubDb db, string name, Guid? except, CancellationToken cancellationToken)
    {
        var normalized = User.Normalize(name);
        if (await db.Users.AnyAsync(user => user.NormalizedUserName == normalized && user.Id != except, cancellationToken))
        {
            throw new ProblemException(Problems.DuplicateUserName, $"An account named '{name}' already exists; names are not case-sensitive.");
        }
    }

    /// <summary>Throws if the tier does not exist.</summary>
    /// <exception cref="ProblemException">400 that names <c>tierId</c>.</exception>
    public static async Task EnsureTierExistsAsync(this IImageHubDb db, Guid tierId, CancellationToken cancellationToken)
    {
        if (!await db.Tiers.AnyAsync(tier => tier.Id == tierId, cancellationToken))
        {
            throw ProblemException.Invalid("tierId", $"tierId is {tierId}; no tier has this id.");
        }
    }

    /// <summary>Sets an account's role. A user also gets the tier and, if it has none yet, a group for its own images.</summary>
    public static async Task GiveRoleAsync(this IImageHubDb db, User user, Role role, Guid tierId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (role != Role.User)
        {
            user.MakeCurator(role);
            return;
        }

        user.MakeUser(tierId);
        if (!await db.OwnGroups().AnyAsync(group => group.OwnerId == user.Id, cancellationToken))
        {
            db.AllGroups.Add(Domain.Groups.Group.CreateOwn(user.Id, now));
        }
    }

    /// <summary>Ends an account's sessions, except the given one.</summary>
    public static Task EndSessionsAsync(this IImageHubDb db, Guid userId, Guid? except, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? ended = now;
        return db.Sessions
            .Where(session => session.UserId == userId && session.Id != except && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, ended), cancellationToken);
    }

    private static string FindLetters(string text) => string.Concat(text.Where(char.IsLetter));

    private static string Shortened(string? name) => name is { Length: > 80 } ? name[..80] + "…" : name ?? "";

    [GeneratedRegex(@"^[A-Za-z0-9._-]{3,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex UserNamePattern();
}
