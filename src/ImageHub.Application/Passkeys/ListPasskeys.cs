using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Passkeys;

/// <summary>Lists the caller's passkeys, oldest first.</summary>
public sealed record ListPasskeys : IRequest<PasskeyList>;

/// <summary>An account's passkeys.</summary>
/// <param name="Items">At most 20.</param>
public sealed record PasskeyList(IReadOnlyList<PasskeyResponse> Items);

/// <summary>A passkey as its owner sees it.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Name">The name.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="LastUsedAt">When it was last used to sign in; null if never.</param>
public sealed record PasskeyResponse(Guid Id, string Name, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt)
{
    internal static PasskeyResponse From(Passkey passkey) => new(passkey.Id, passkey.Name, passkey.CreatedAt, passkey.LastUsedAt);
}

internal sealed class ListPasskeysHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListPasskeys, PasskeyList>
{
    public async Task<PasskeyList> Handle(ListPasskeys request, CancellationToken cancellationToken) => new(
        await db.Passkeys
            .Where(passkey => passkey.UserId == caller.UserId)
            .OrderBy(passkey => passkey.Id)
            .Select(passkey => new PasskeyResponse(passkey.Id, passkey.Name, passkey.CreatedAt, passkey.LastUsedAt))
            .ToListAsync(cancellationToken));
}
