using System.Text;
using System.Text.RegularExpressions;
using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Accounts;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>The rules of accounts that several requests share.</summary>
internal static partial class AccountRules
{
    private const int MaxGivenLength = 1_000;
    private const int LongName = 6;

    /// <summary>3–64 of <c>[A-Za-z0-9._-]</c>.</summary>
    public static IRuleBuilderOptions<T, string?> UserName<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(name => name is not null && UserNamePattern().IsMatch(name))
        .WithMessage((_, name) => $"{{PropertyName}} is '{Shortened(name)}'; 3 to {User.MaxUserNameLength} of the characters A-Z a-z 0-9 . _ - are allowed.");

    /// <summary>12 characters to 72 bytes of UTF-8, and nothing that is guessed first.</summary>
    public static IRuleBuilderOptions<T, string?> NewPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(password => password is { Length: >= User.MinPasswordLength })
        .WithMessage((_, password) => $"{{PropertyName}} has {password?.Length ?? 0} characters; at least {User.MinPasswordLength} are needed.")
        .Must(password => password is null || Encoding.UTF8.GetByteCount(password) <= User.MaxPasswordBytes)
        .WithMessage((_, password) => $"{{PropertyName}} has {Encoding.UTF8.GetByteCount(password!)} bytes of UTF-8; at most {User.MaxPasswordBytes} are allowed.")
        .Must(password => password is null || !password.Any(char.IsControl))
        .WithMessage("{PropertyName} contains a control character; none is allowed.")
        .Must(password => password is null || password.Length < User.MinPasswordLength || !CommonPasswords.Has(password))
        .WithMessage("{PropertyName} has fewer than four different letters beside common words, rows of keys, digits and signs, which are guessed first; use several unrelated words.");

    /// <summary>A password to be compared: there, and no longer than is worth reading.</summary>
    public static IRuleBuilderOptions<T, string?> GivenPassword<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(password => password is { Length: > 0 and <= MaxGivenLength })
        .WithMessage((_, password) => $"{{PropertyName}} has {password?.Length ?? 0} characters; 1 to {MaxGivenLength} are allowed.");

    /// <summary>Fails when a password contains its account's name: a short one, which other words contain by chance, as a word of its own.</summary>
    /// <exception cref="ProblemException">400 that names the field.</exception>
    public static void EnsureNotNamed(string field, string password, string userName)
    {
        var isNamed = userName.Length >= LongName
            ? password.Contains(userName, StringComparison.OrdinalIgnoreCase)
            : Regex.IsMatch(password, $@"(?<![\p{{L}}\d]){Regex.Escape(userName)}(?![\p{{L}}\d])", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        if (isNamed)
        {
            throw ProblemException.Invalid(field, $"{field} contains the user name, which is guessed first; leave it out.");
        }
    }

    /// <summary>Fails when another account has that name.</summary>
    /// <exception cref="ProblemException">409 <c>duplicateUserName</c>.</exception>
    public static async Task EnsureUserNameIsFreeAsync(this IImageHubDb db, string name, Guid? except, CancellationToken cancellationToken)
    {
        var normalized = User.Normalize(name);
        if (await db.Users.AnyAsync(user => user.NormalizedUserName == normalized && user.Id != except, cancellationToken))
        {
            throw new ProblemException(Problems.DuplicateUserName, $"There is an account called '{name}' already; names are told apart in any case.");
        }
    }

    /// <summary>Fails when there is no such tier.</summary>
    /// <exception cref="ProblemException">400 that names <c>tierId</c>.</exception>
    public static async Task EnsureTierExistsAsync(this IImageHubDb db, Guid tierId, CancellationToken cancellationToken)
    {
        if (!await db.Tiers.AnyAsync(tier => tier.Id == tierId, cancellationToken))
        {
            throw ProblemException.Invalid("tierId", $"tierId is {tierId}; there is no such tier.");
        }
    }

    /// <summary>Fails when nobody but this account could curate. The accounts are locked.</summary>
    /// <exception cref="ProblemException">409 <c>lastAdmin</c>.</exception>
    public static async Task EnsureNotLastAdminAsync(this IImageHubDb db, User admin, CancellationToken cancellationToken)
    {
        if (!await db.Users.AnyAsync(user => user.Role == Role.Admin && !user.IsDisabled && user.Id != admin.Id, cancellationToken))
        {
            throw new ProblemException(Problems.LastAdmin, $"'{admin.UserName}' is the last admin who can sign in; make another one first.");
        }
    }

    /// <summary>Ends sessions of an account, but one.</summary>
    public static Task EndSessionsAsync(this IImageHubDb db, Guid userId, Guid? except, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? ended = now;
        return db.Sessions
            .Where(session => session.UserId == userId && session.Id != except && session.EndedAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(session => session.EndedAt, ended), cancellationToken);
    }

    private static string Shortened(string? name) => name is { Length: > 80 } ? name[..80] + "…" : name ?? "";

    [GeneratedRegex(@"^[A-Za-z0-9._-]{3,64}\z", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex UserNamePattern();
}
