using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Requests;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Creates a link to a group, published or not. Anyone with the link can open it.</summary>
/// <param name="ExpiresInSeconds">300–31,536,000; absent: the link works until it is revoked.</param>
/// <param name="Password">The password for guests: 4 characters to 72 bytes of UTF-8.</param>
/// <param name="MaxViews">The maximum number of views: 1–1,000,000.</param>
/// <param name="Favourites">Whether guests may choose favourites. Default: false.</param>
/// <param name="Name">The creator's name for the link: at most 100 characters. Guests do not see it.</param>
/// <param name="PreviewTitle">Whether the group's title and cover are shown before the password and in previews. Default: false.</param>
/// <param name="MaxFavourites">The maximum number of favourites per guest; absent: the general limit.</param>
/// <param name="Downloads">The files that guests may download: <c>full</c>, <c>high</c> or <c>none</c>; absent: as in the group.</param>
/// <param name="Watermark">Whether guests get <c>medium</c>, <c>high</c> and <c>large</c> only with the site's watermark; absent: as in the group.</param>
/// <param name="Uploads">Whether guests may send photos. Default: false.</param>
/// <param name="MaxFiles">The maximum number of photos from all guests together: 1–5,000. Default: 500.</param>
/// <param name="MaxFilesPerGuest">The maximum number of photos from each guest: 1–5,000. Default: 100.</param>
/// <param name="MaxBytes">
/// The maximum total size of the photos from all guests together, in bytes: 1,000,000–1,000,000,000,000. Default: 10,000,000,000.
/// </param>
public sealed record CreateGroupLink(
    int? ExpiresInSeconds = null,
    string? Password = null,
    int? MaxViews = null,
    bool? Favourites = null,
    string? Name = null,
    bool? PreviewTitle = null,
    int? MaxFavourites = null,
    Downloads? Downloads = null,
    bool? Watermark = null,
    bool? Uploads = null,
    int? MaxFiles = null,
    int? MaxFilesPerGuest = null,
    long? MaxBytes = null) : IRequest<NewLink>, IThrottled
{
    /// <inheritdoc/>
    Throttle IThrottled.Throttle => Throttle.Links;

    internal Guid GroupId { get; init; }

    /// <summary>Returns a copy of this request with the id of the group.</summary>
    public CreateGroupLink WithGroupId(Guid groupId) => this with { GroupId = groupId };
}

internal sealed class CreateGroupLinkValidator : AbstractValidator<CreateGroupLink>
{
    public CreateGroupLinkValidator()
    {
        RuleFor(link => link.Name).OptionalText(Link.MaxNameLength);
        RuleFor(link => link.ExpiresInSeconds).LinkLifetime();
        RuleFor(link => link.Password).LinkPassword();
        RuleFor(link => link.MaxViews).LinkViewLimit();
        RuleFor(link => link.MaxFavourites).LinkFavouriteLimit();
        RuleFor(link => link.MaxFiles).LinkFileLimit("maxFiles");
        RuleFor(link => link.MaxFilesPerGuest).LinkFileLimit("maxFilesPerGuest");
        RuleFor(link => link.MaxBytes).LinkByteLimit();
    }
}

internal sealed class CreateGroupLinkHandler(IImageHubDb db, ICaller caller, IPasswordHasher hasher, LinkAddresses addresses, TimeProvider clock) : IRequestHandler<CreateGroupLink, NewLink>
{
    public async Task<NewLink> Handle(CreateGroupLink request, CancellationToken cancellationToken)
    {
        if (!await db.GroupsVisibleTo(caller).AnyAsync(group => group.Id == request.GroupId, cancellationToken))
        {
            throw ProblemException.NotFound("group");
        }

        var passwordHash = request.Password is { } password ? await hasher.HashInTurnAsync(password, caller, cancellationToken) : null;
        var token = LinkTokens.Create();
        var lifetime = request.ExpiresInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var link = Link.ToGroup(
            request.GroupId, LinkTokens.Hash(token), addresses.Protect(token), caller.UserId!.Value, clock.Now(), lifetime, passwordHash, request.MaxViews);
        link.Rename(await db.ToNfcAsync(request.Name?.Trim(), cancellationToken));
        link.AllowFavourites(request.Favourites ?? false, request.MaxFavourites);
        link.AllowUploads(
            request.Uploads ?? false,
            request.MaxFiles ?? Link.DefaultMaxFiles,
            request.MaxFilesPerGuest ?? Link.DefaultMaxFilesPerGuest,
            request.MaxBytes ?? Link.DefaultMaxBytes);
        link.Preview(request.PreviewTitle ?? false);
        link.Grant(request.Downloads, request.Watermark);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        await db.EnsureMayGrantAsync(link.Downloads, link.HasWatermark, cancellationToken);
        db.Links.Add(link);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new NewLink(link.Id, LinkAddresses.UrlFor(token), link.ExpiresAt);
    }
}
