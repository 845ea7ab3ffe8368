using System.Text;
using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.Links;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Creates a link to a group, published or not, for anyone who has it.</summary>
/// <param name="ExpiresInSeconds">300–31,536,000; absent: it works until it is revoked.</param>
/// <param name="Password">A password that guests need: 4 characters to 72 bytes of UTF-8.</param>
/// <param name="MaxViews">How many times it can be opened: 1–1,000,000.</param>
/// <param name="Favourites">Whether guests may choose images; absent: no.</param>
public sealed record CreateGroupLink(int? ExpiresInSeconds = null, string? Password = null, int? MaxViews = null, bool? Favourites = null) : IRequest<NewLink>, IThrottled
{
    /// <inheritdoc/>
    Throttle IThrottled.Throttle => Throttle.Links;

    internal Guid GroupId { get; init; }

    /// <summary>The same for a group.</summary>
    public CreateGroupLink WithGroupId(Guid groupId) => this with { GroupId = groupId };
}

internal sealed class CreateGroupLinkValidator : AbstractValidator<CreateGroupLink>
{
    private const int MinPasswordLength = 4;

    // bcrypt reads no further.
    private const int MaxPasswordBytes = 72;

    private const int MaxMaxViews = 1_000_000;

    public CreateGroupLinkValidator()
    {
        var (min, max) = ((int)Link.MinLifetime.TotalSeconds, (int)Link.MaxGroupLifetime.TotalSeconds);
        RuleFor(link => link.ExpiresInSeconds)
            .InclusiveBetween(min, max)
            .WithMessage($"expiresInSeconds is {{PropertyValue}}; it must be {min} to {max}, or absent.");
        RuleFor(link => link.Password)
            .SetValidator(new TextRule<CreateGroupLink>(MinPasswordLength, MaxPasswordBytes, password =>
                password is null || (Characters.Count(password) >= MinPasswordLength && Encoding.UTF8.GetByteCount(password) <= MaxPasswordBytes)
                    ? null
                    : $"has {Characters.Count(password)} characters and {Encoding.UTF8.GetByteCount(password)} bytes; {MinPasswordLength} characters to {MaxPasswordBytes} bytes are allowed."));
        RuleFor(link => link.MaxViews)
            .InclusiveBetween(1, MaxMaxViews)
            .WithMessage($"maxViews is {{PropertyValue}}; it must be 1 to {MaxMaxViews}, or absent.");
    }
}

internal sealed class CreateGroupLinkHandler(IImageHubDb db, ICaller caller, IPasswordHasher hasher, TimeProvider clock) : IRequestHandler<CreateGroupLink, NewLink>
{
    public async Task<NewLink> Handle(CreateGroupLink request, CancellationToken cancellationToken)
    {
        if (!await db.Groups.VisibleTo(caller).AnyAsync(group => group.Id == request.GroupId, cancellationToken))
        {
            throw ProblemException.NotFound("group");
        }

        string? passwordHash = null;
        if (request.Password is { } password)
        {
            using var turn = await hasher.WaitForTurnAsync(PasswordQueue.Accounts, new HashCaller(caller.Address, IsKnown: true), cancellationToken);
            passwordHash = hasher.Hash(password);
        }

        var token = LinkTokens.Create();
        var lifetime = request.ExpiresInSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        var link = Link.ToGroup(request.GroupId, LinkTokens.Hash(token), caller.UserId!.Value, clock.Now(), lifetime, passwordHash, request.MaxViews, request.Favourites ?? false);
        db.Links.Add(link);
        await db.SaveChangesAsync(cancellationToken);
        return new NewLink(link.Id, $"/shared/{token}", link.ExpiresAt);
    }
}
