using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;
using ImageHub.Domain.Links;
using ImageHub.Domain.Tiers;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Creates an expiring link to one variant of an image.</summary>
/// <param name="Variant">The height of a thumbnail, such as <c>200</c>, or <c>low</c>, <c>medium</c>, <c>high</c> or <c>full</c>.</param>
/// <param name="ExpiresInSeconds">300–30,000.</param>
public sealed record CreateImageLink(string Variant, int ExpiresInSeconds) : IRequest<NewLink>, IThrottled
{
    /// <inheritdoc/>
    Throttle IThrottled.Throttle => Throttle.Links;

    internal Guid ImageId { get; init; }

    /// <summary>Returns a copy of this request with the id of the image.</summary>
    public CreateImageLink WithImageId(Guid imageId) => this with { ImageId = imageId };
}

/// <summary>A new link. For an image link, only this response contains the address.</summary>
/// <param name="Id">The link's id, to revoke it.</param>
/// <param name="Url">The address, relative to the server's root. Anyone with the address can open the link.</param>
/// <param name="ExpiresAt">When the link expires; null if it works until it is revoked.</param>
public sealed record NewLink(Guid Id, string Url, DateTimeOffset? ExpiresAt);

internal sealed class CreateImageLinkValidator : AbstractValidator<CreateImageLink>
{
    public CreateImageLinkValidator()
    {
        RuleFor(link => link.Variant)
            .NotNull()
            .WithMessage("variant is null; it must be a height, low, medium, high or full.")
            .SetValidator(new TextFormRule<CreateImageLink>("^(low|medium|high|full|[1-9][0-9]{1,3})$", variant => ImageVariant.Parse(variant) is { } parsed && parsed != ImageVariant.Original))
            .WithMessage($"variant is '{{PropertyValue}}'; it must be a height of {Tier.MinThumbnailHeight} to {Tier.MaxThumbnailHeight}, low, medium, high or full.");
        var (min, max) = ((int)Link.MinLifetime.TotalSeconds, (int)Link.MaxImageLifetime.TotalSeconds);
        RuleFor(link => link.ExpiresInSeconds)
            .InclusiveBetween(min, max)
            .WithMessage($"expiresInSeconds is {{PropertyValue}}; it must be {min} to {max}.");
    }
}

internal sealed class CreateImageLinkHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<CreateImageLink, NewLink>
{
    public async Task<NewLink> Handle(CreateImageLink request, CancellationToken cancellationToken)
    {
        var image = await db.ImagesVisibleTo(caller)
            .Where(image => image.Id == request.ImageId)
            .Select(image => new { image.OwnerId })
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("image");
        var isAllowed = image.OwnerId == caller.UserId && caller.Tier?.AllowsLink(ImageVariant.Parse(request.Variant)!) == true;
        if (!caller.IsCurator && !isAllowed)
        {
            throw new ProblemException(Problems.TierForbids, $"Only admins and editors, and the image's owner if the tier allows it, can create links to '{request.Variant}'.");
        }

        var token = LinkTokens.Create();
        var link = Link.ToImage(
            request.ImageId, request.Variant, LinkTokens.Hash(token), caller.UserId!.Value, clock.Now(), TimeSpan.FromSeconds(request.ExpiresInSeconds));
        db.Links.Add(link);
        await db.SaveChangesAsync(cancellationToken);
        return new NewLink(link.Id, $"/s/{token}", link.ExpiresAt);
    }
}
