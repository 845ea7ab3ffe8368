using System.Text.Json.Serialization;
using ImageHub.Application.Database;
using ImageHub.Application.Choices;
using ImageHub.Application.Groups;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Images;
using ImageHub.Domain.Groups;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Opens a shared group. A guest's first successful request within an hour counts as a view.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Cookie">The cookie of the opened link.</param>
/// <param name="IsView">Whether the request counts as a view; a HEAD request does not.</param>
/// <param name="GuestToken">The guest's cookie for this link, or null.</param>
public sealed record OpenSharedGroup(string Token, string? Cookie, bool IsView, string? GuestToken) : IRequest<OpenedGroup>;

/// <summary>A shared group and the cookies for further requests to it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Cookie">The cookie for this link.</param>
/// <param name="GuestToken">
/// The token that identifies this guest, either the one sent or a new one; null if the link allows neither favourites nor photos from guests.
/// </param>
public sealed record OpenedGroup(SharedGroup Group, ShareCookie Cookie, string? GuestToken);

/// <summary>A group as guests see it.</summary>
/// <param name="Title">The title.</param>
/// <param name="Description">The description, or null.</param>
/// <param name="ImageCount">The number of images.</param>
/// <param name="Cover">The cover, or null.</param>
/// <param name="ExpiresAt">When the link expires, or null.</param>
/// <param name="Favourites">Whether guests may choose favourites.</param>
/// <param name="MaxFavourites">The maximum number of favourites per guest; null for the general limit.</param>
/// <param name="Downloads">The files that guests may download: <c>full</c>, <c>high</c> or <c>none</c>.</param>
/// <param name="Watermark">Whether guests get <c>medium</c>, <c>high</c> and <c>large</c> only with the site's watermark.</param>
/// <param name="Uploads">The number of photos and bytes that this guest can still send; null if the link accepts no photos from guests.</param>
public sealed record SharedGroup(
    string Title,
    string? Description,
    int ImageCount,
    ImageSummary? Cover,
    DateTimeOffset? ExpiresAt,
    bool Favourites,
    int? MaxFavourites,
    Downloads Downloads,
    bool Watermark,
    UploadsLeft? Uploads)
{
    /// <summary>The first day on which an image of the group was taken, in the camera's local time; absent if unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TakenFrom { get; init; }

    /// <summary>The last day on which an image of the group was taken; absent if unknown.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TakenTo { get; init; }
}

/// <summary>The number of photos and bytes that a guest can still send. Photos that the guest has announced but not sent are subtracted.</summary>
/// <param name="FilesLeft">The number of photos.</param>
/// <param name="BytesLeft">Their total size in bytes.</param>
public sealed record UploadsLeft(int FilesLeft, long BytesLeft);

internal sealed class OpenSharedGroupHandler(IImageHubDb db, SharedGroups groups, Favourites favourites, GuestInboxes inboxes, ShareTickets tickets) : IRequestHandler<OpenSharedGroup, OpenedGroup>
{
    public async Task<OpenedGroup> Handle(OpenSharedGroup request, CancellationToken cancellationToken)
    {
        var shared = await groups.FindAsync(request.Token, request.Cookie, cancellationToken);
        await groups.EnsureUnlockedAsync(shared, request.Token, cancellationToken);
        if (request.IsView && !shared.Ticket.IsCounted)
        {
            await CountAsync(shared.Link.Id, cancellationToken);
        }

        var (group, link) = (shared.Group, shared.Link);
        var cover = await groups.FindCoverAsync(shared, cancellationToken);
        var dates = await db.FindDatesAsync(groups.FindImages(shared), group.Id, cancellationToken);
        var rights = SharedGroups.FindRights(shared);
        return new OpenedGroup(
            new SharedGroup(
                group.Title,
                group.Description,
                group.ImageCount,
                cover?.WithToken(request.Token),
                link.ExpiresAt,
                link.AllowsFavourites,
                link.AllowsFavourites ? link.MaxFavourites : null,
                rights.Downloads,
                rights.HasWatermark,
                link.AllowsUploads ? await inboxes.FindLeftAsync(link, request.GuestToken, cancellationToken) : null)
            {
                TakenFrom = dates.First,
                TakenTo = dates.Last,
            },
            tickets.Issue(shared.Ticket with { IsCounted = true }, link),
            link.AllowsFavourites || link.AllowsUploads ? await favourites.FindOrCreateTokenAsync(shared, request.GuestToken, cancellationToken) : null);
    }

    /// <summary>Counts a view with a single conditional statement, so that concurrent guests cannot exceed the maximum.</summary>
    private async Task CountAsync(Guid linkId, CancellationToken cancellationToken)
    {
        var counted = await db.Links
            .Where(link => link.Id == linkId && (link.MaxViews == null || link.Views < link.MaxViews))
            .ExecuteUpdateAsync(link => link.SetProperty(row => row.Views, row => row.Views + 1), cancellationToken);
        if (counted == 0)
        {
            throw SharedGroups.NoLink();
        }
    }
}
