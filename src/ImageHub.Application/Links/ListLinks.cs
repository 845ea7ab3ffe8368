using System.Linq.Expressions;
using System.Text.Json.Serialization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Links;
using MediatR;

namespace ImageHub.Application.Links;

/// <summary>Lists links, newest first: the caller's own links; for admins and editors, all links. Expired links remain listed until they are deleted.</summary>
public sealed record ListLinks : PageQuery, IRequest<Page<LinkResponse>>;

/// <summary>A link. Lists do not include addresses.</summary>
/// <param name="Id">UUIDv7.</param>
/// <param name="Kind"><c>image</c> or <c>group</c>.</param>
/// <param name="TargetId">The id of the image or group.</param>
/// <param name="Variant">The variant of an image link; null for a group link.</param>
/// <param name="CreatedAt">When the link was created.</param>
/// <param name="ExpiresAt">When the link expires; null if it works until it is revoked.</param>
/// <param name="MaxViews">The maximum number of views; null for unlimited.</param>
/// <param name="Views">The number of views.</param>
/// <param name="HasPassword">Whether guests need a password.</param>
/// <param name="Favourites">Whether guests may choose favourites.</param>
/// <param name="Guests">The number of guests who have chosen or submitted favourites.</param>
/// <param name="Name">The creator's name for the link, or null.</param>
/// <param name="PreviewTitle">Whether the group's title and cover are shown before the password and in previews.</param>
/// <param name="MaxFavourites">The maximum number of favourites per guest; null for the general limit.</param>
/// <param name="Downloads">The files that guests may download; null for the group's setting.</param>
/// <param name="Watermark">Whether guests get <c>medium</c>, <c>high</c> and <c>large</c> only with the site's watermark; null for the group's setting.</param>
/// <param name="Uploads">Whether guests may send photos.</param>
/// <param name="MaxFiles">The maximum number of photos from all guests together; null for an image link.</param>
/// <param name="MaxFilesPerGuest">The maximum number of photos from each guest; null for an image link.</param>
/// <param name="MaxBytes">The maximum total size of the photos from all guests together, in bytes; null for an image link.</param>
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
    int? MaxFavourites,
    Downloads? Downloads,
    bool? Watermark,
    bool Uploads,
    int? MaxFiles,
    int? MaxFilesPerGuest,
    long? MaxBytes)
{
    /// <summary>
    /// The address of a group link, relative to the server's root. Only in the response for a single link, and only for signed-in admins and editors; null if
    /// the link has ended.
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
        link.MaxFavourites,
        link.Downloads,
        link.HasWatermark,
        link.AllowsUploads,
        link.Kind == LinkKind.Group ? link.MaxFiles : null,
        link.Kind == LinkKind.Group ? link.MaxFilesPerGuest : null,
        link.Kind == LinkKind.Group ? link.MaxBytes : null);
}

internal sealed class ListLinksValidator : PageQueryValidator<ListLinks>;

internal sealed class ListLinksHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListLinks, Page<LinkResponse>>
{
    private static readonly Keyset<Link> Order = Keyset<Link>.By("createdAt", link => link.CreatedAt, link => link.Id, descending: true);

    public Task<Page<LinkResponse>> Handle(ListLinks request, CancellationToken cancellationToken) => db.Links
        .ManagedBy(caller)
        .ListAsync(
            request,
            Order,
            LinkResponse.Projection(db),
            cancellationToken);
}
