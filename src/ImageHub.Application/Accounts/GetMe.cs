using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Tiers;
using ImageHub.Application.Uploads;
using ImageHub.Domain.Accounts;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Accounts;

/// <summary>Gets the caller's account.</summary>
public sealed record GetMe : IRequest<Me>;

/// <summary>An account as its owner sees it.</summary>
/// <param name="Id">The account's id.</param>
/// <param name="UserName">The user name.</param>
/// <param name="Role"><c>admin</c>, <c>editor</c> or <c>user</c>.</param>
/// <param name="UsedBytes">
/// The total size in bytes of the original files of the account's own images and, for users, of the images that the account has added to groups, without images
/// in the trash.
/// </param>
/// <param name="Tier">The tier, with the server's maximum file size if that is smaller; null for admins and editors, who have no limits.</param>
public sealed record Me(Guid Id, string UserName, Role Role, long UsedBytes, TierResponse? Tier);

internal sealed class GetMeHandler(IImageHubDb db, IOptions<UploadOptions> uploads, ICaller caller) : IRequestHandler<GetMe, Me>
{
    public async Task<Me> Handle(GetMe request, CancellationToken cancellationToken)
    {
        var user = await db.Users
            .Where(user => user.Id == caller.UserId)
            .Select(UserResponse.Projection(db))
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("account");
        return new Me(user.Id, user.UserName, user.Role, user.UsedBytes, caller.Tier is { } tier ? WithinLimits(TierResponse.From(tier)) : null);
    }

    private TierResponse WithinLimits(TierResponse tier) =>
        tier.MaxFileBytes > uploads.Value.MaxFileBytes ? tier with { MaxFileBytes = uploads.Value.MaxFileBytes } : tier;
}
