using System.ComponentModel.DataAnnotations;
using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>Settings of the first admin: section <c>Admin</c>. Used only while no admin exists.</summary>
public sealed class AdminOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Admin";

    /// <summary>The name: 3–64 of <c>[A-Za-z0-9._-]</c>.</summary>
    [RegularExpression("^[A-Za-z0-9._-]{3,64}$", ErrorMessage = "it must be 3 to 64 of the characters A-Z a-z 0-9 . _ -")]
    public string UserName { get; set; } = "admin";

    /// <summary>The password: 12 characters to 72 bytes of UTF-8, neither a common password nor one made of the name; absent: generated.</summary>
    public string? Password { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Password is { Length: > 0 } password && (AccountRules.PasswordComplaint(password) ?? (AccountRules.IsMadeOf(UserName, password) ? AccountRules.MadeOfName : null)) is { } complaint)
        {
            yield return new ValidationResult($"it {complaint}", [nameof(Password)]);
        }
    }
}

/// <summary>Creates an admin if none exists.</summary>
public sealed record CreateFirstAdmin : IRequest<FirstAdmin?>;

/// <summary>The created admin.</summary>
/// <param name="UserName">The user name.</param>
/// <param name="GeneratedPassword">The generated password, which is shown once; null if the password was configured.</param>
public sealed record FirstAdmin(string UserName, string? GeneratedPassword);

internal sealed class CreateFirstAdminHandler(IImageHubDb db, IPasswordHasher hasher, IOptions<AdminOptions> options, TimeProvider clock)
    : IRequestHandler<CreateFirstAdmin, FirstAdmin?>
{
    public async Task<FirstAdmin?> Handle(CreateFirstAdmin request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockFirstAdminAsync(cancellationToken);
        if (await db.Users.AnyAsync(user => user.Role == Role.Admin, cancellationToken))
        {
            return null;
        }

        var isGenerated = string.IsNullOrEmpty(options.Value.Password);
        var password = isGenerated ? AccountRules.GeneratePassword() : options.Value.Password!;
        db.Users.Add(User.CreateCurator(Role.Admin, options.Value.UserName, hasher.Hash(password), clock.Now()));
        await db.SaveChangesAsync(cancellationToken);

        // A shutdown must not cancel the commit. Otherwise the database may still commit the row, and the password would never be shown.
        await transaction.CommitAsync(CancellationToken.None);
        return new FirstAdmin(options.Value.UserName, isGenerated ? password : null);
    }
}
