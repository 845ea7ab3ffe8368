using System.Linq.Expressions;
using System.Text.Json.Serialization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Links;
using MediatR;

namespace ImageHub.Application.Links;

/// <summary>Links, the newest first: the caller's own; for admins all. One that has ended by itself stays on the list until it is deleted.</summary>
public sealed record ListLinks : PageQuery, IRequest<Page<LinkResponse>>;

/// <summary>A link. Lists are without addresses.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Kind"><c>image</c> or <c>group</c>.</param>
/// <param name="TargetId">The image or the group.</param>
/// <param name="Variant">Which resolution, of an image's link.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it expires; null: it works until it is revoked.</param>
/// <param name="MaxViews">How many times it can be opened, or null: any number of times.</param>
/// <param name="Views">How often it was opened.</param>
/// <param name="HasPassword">Whether guests need a password.</param>
/// <param name="Favourites">Whether guests may choose images.</param>
/// <param name="Guests">How many guests have chosen something.</param>
/// <param name="Name">What its maker calls it, or null.</param>
/// <param name="PreviewTitle">Whether the group's title and cover are shown before the password, and in previews.</param>
/// <param name="MaxFavourites">How many images a guest may choose, or null: as many as any link allows.</param>
public sealed record LinkResponse(
    Guid Id,
    LinkKind Kind,
    Guid TargetId,
    string? Variant,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    int? MaxViews,
    int Views,
    bool HasPassword,
    bool Favourites,
    int Guests,
    string? Name,
    bool PreviewTitle,
    int? MaxFavourites)
{
    /// <summary>
    /// The address of a group's link, relative to the server's root: of one link, to signed-in admins; null where the link has ended, or was made before
    /// addresses were kept.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string> Url { get; init; }

    internal static Expression<Func<Link, LinkResponse>> Projection(IImageHubDb db) => link => new LinkResponse(
        link.Id,
        link.Kind,
        (link.ImageId ?? link.GroupId)!.Value,
        link.Variant,
        link.CreatedAt,
        link.ExpiresAt,
        link.MaxViews,
        link.Views,
        link.PasswordHash != null,
        link.AllowsFavourites,
        db.LinkGuests.Count(guest => guest.LinkId == link.Id),
        link.Name,
        link.ShowsPreview,
        link.MaxFavourites);
}

internal sealed class ListLinksValidator : PageQueryValidator<ListLinks>;

internal sealed class ListLinksHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListLinks, Page<LinkResponse>>
{
    private static readonly Keyset<Link> Order = Keyset<Link>.By("createdAt", link => link.CreatedAt, link => link.Id, descending: true);

    public Task<Page<LinkResponse>> Handle(ListLinks request, CancellationToken cancellationToken) => db.Links
        .EndableBy(caller)
        .ListAsync(
            request,
            Order,
            LinkResponse.Projection(db),
            cancellationToken);
}
