using System.Text.Json.Serialization;
using ImageHub.Application.Database;
using ImageHub.Application.Groups;
using ImageHub.Application.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Opens a shared group; the first time in an hour it counts as a view.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Cookie">What the guest has shown before.</param>
/// <param name="IsView">Whether it counts; HEAD does not.</param>
/// <param name="GuestToken">The guest's own cookie for this link, or null.</param>
public sealed record OpenSharedGroup(string Token, string? Cookie, bool IsView, string? GuestToken) : IRequest<OpenedGroup>;

/// <summary>A shared group, and what the guest is to show with what lies below it.</summary>
/// <param name="Group">The group.</param>
/// <param name="Cookie">For this link only.</param>
/// <param name="GuestToken">What tells this guest's favourites from those of others: the one that was sent, or a new one; null where the link allows none.</param>
public sealed record OpenedGroup(SharedGroup Group, ShareCookie Cookie, string? GuestToken);

/// <summary>A group as guests see it.</summary>
/// <param name="Title">Its title.</param>
/// <param name="Description">Its description, or null.</param>
/// <param name="ImageCount">How many images it has.</param>
/// <param name="Cover">Its cover, or null.</param>
/// <param name="ExpiresAt">When the link ends, if it does by itself.</param>
/// <param name="Favourites">Whether guests may choose images.</param>
/// <param name="MaxFavourites">How many images a guest may choose, or null: as many as any link allows.</param>
public sealed record SharedGroup(
    string Title,
    string? Description,
    int ImageCount,
    ImageSummary? Cover,
    DateTimeOffset? ExpiresAt,
    bool Favourites,
    int? MaxFavourites)
{
    /// <summary>The first day on which one of its images was taken, by the camera's local time; absent when none says when.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TakenFrom { get; init; }

    /// <summary>The last such day.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateOnly? TakenTo { get; init; }
}

internal sealed class OpenSharedGroupHandler(IImageHubDb db, SharedGroups groups, Favourites favourites, ShareTickets tickets) : IRequestHandler<OpenSharedGroup, OpenedGroup>
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
        return new OpenedGroup(
            new SharedGroup(group.Title, group.Description, group.ImageCount, cover?.WithToken(request.Token), link.ExpiresAt, link.AllowsFavourites, link.AllowsFavourites ? link.MaxFavourites : null)
            {
                TakenFrom = dates.First,
                TakenTo = dates.Last,
            },
            tickets.Issue(shared.Ticket with { IsCounted = true }, link),
            link.AllowsFavourites ? await favourites.FindOrCreateTokenAsync(shared, request.GuestToken, cancellationToken) : null);
    }

    /// <summary>One statement compares and counts: guests at once get no more views than there are.</summary>
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
