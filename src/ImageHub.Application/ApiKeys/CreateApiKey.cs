using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.ApiKeys;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.ApiKeys;

/// <summary>Creates an API key for a program, which acts for the caller.</summary>
/// <param name="Name">1–100 characters.</param>
/// <param name="Scopes">
/// At least one of <c>read</c>, <c>upload</c>, <c>inventory</c> and <c>admin</c>. Accounts that are not admins may choose only <c>upload</c>.
/// </param>
/// <param name="ExpiresAt">When the key expires; absent: it works until it is revoked.</param>
public sealed record CreateApiKey(string Name, IReadOnlyList<KeyScope> Scopes, DateTimeOffset? ExpiresAt = null) : IRequest<NewApiKey>;

/// <summary>A newly created API key.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">The name.</param>
/// <param name="Scopes">The scopes.</param>
/// <param name="ExpiresAt">When the key expires; null if it works until it is revoked.</param>
/// <param name="LastUsedAt">Always null, since a new key has not been used.</param>
/// <param name="Key">The key itself, for the header <c>X-API-Key</c>. Only this response contains it.</param>
public sealed record NewApiKey(
    Guid Id,
    string Name,
    IReadOnlyList<KeyScope> Scopes,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    string Key);

internal sealed class CreateApiKeyValidator : AbstractValidator<CreateApiKey>
{
    /// <summary>A generous limit: duplicate scopes are allowed and ignored.</summary>
    private const int MaxScopes = 100;

    public CreateApiKeyValidator(TimeProvider clock)
    {
        RuleFor(key => key.Name).RequiredText(ApiKey.MaxNameLength);
        RuleFor(key => key.Scopes)
            .SetValidator(new ListSizeRule<CreateApiKey, KeyScope>(1, MaxScopes))
            .WithMessage((_, scopes) => scopes is { Count: > 0 }
                ? $"scopes has {scopes.Count} entries; at most {MaxScopes} are allowed."
                : $"scopes is empty; name at least one of {string.Join(", ", KeyScopes.Names)}.");
        RuleFor(key => key.ExpiresAt)
            .Must(expiresAt => expiresAt is null || expiresAt > clock.Now())
            .WithMessage("expiresAt is {PropertyValue}, which is in the past; it must be in the future, or absent.");
    }
}

internal sealed class CreateApiKeyHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<CreateApiKey, NewApiKey>
{
    public async Task<NewApiKey> Handle(CreateApiKey request, CancellationToken cancellationToken)
    {
        var allowed = KeyScopes.AllowedTo(caller.Role!.Value);
        if (request.Scopes.Except(allowed).ToList() is { Count: > 0 } others)
        {
            throw new ProblemException(
                Problems.Forbidden, $"scopes contains '{others[0].Name()}'; keys of this account may have {string.Join(", ", allowed.Select(scope => $"'{scope.Name()}'"))} only.");
        }

        var name = (await db.ToNfcAsync(request.Name.Trim(), cancellationToken))!;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (!caller.IsAdmin)
        {
            await EnsureMayHaveAnotherAsync(cancellationToken);
        }

        var text = ApiKeyText.Create(ApiKey.Prefix);
        var expiresAt = request.ExpiresAt?.ToUniversalTime();
        var key = ApiKey.Create(name, ApiKeyText.Hash(text), request.Scopes, caller.UserId!.Value, clock.Now(), expiresAt);
        db.ApiKeys.Add(key);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new NewApiKey(key.Id, key.Name, key.Scopes, key.ExpiresAt, key.LastUsedAt, text);
    }

    /// <summary>Throws if the caller has the maximum number of keys. Locks the account, so that concurrent requests cannot exceed the maximum.</summary>
    private async Task EnsureMayHaveAnotherAsync(CancellationToken cancellationToken)
    {
        await db.Locks.LockUserAsync(caller.UserId!.Value, cancellationToken);
        if (await db.ApiKeys.CountAsync(key => key.CreatedBy == caller.UserId, cancellationToken) >= ApiKey.MaxOwn)
        {
            throw new ProblemException(Problems.TooManyKeys, $"You have {ApiKey.MaxOwn} keys, which is the maximum; revoke one first.");
        }
    }
}
