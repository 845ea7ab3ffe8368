using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Choices;

/// <summary>Lists links whose guests have chosen or submitted favourites, newest link first, including ended and deleted links.</summary>
public sealed record ListChoices : PageQuery, IRequest<Page<LinkChoices>>
{
    /// <summary>Restricts the list to existing links to this group.</summary>
    public Guid? GroupId { get; init; }
}

/// <summary>The favourites of a link's guests.</summary>
/// <param name="LinkId">The link's id; the link may have ended.</param>
/// <param name="GroupId">The link's group; for a deleted link, a group that now contains one of its guests' favourites; null if no such group exists.</param>
/// <param name="Title">The group's title, or null.</param>
/// <param name="Guests">The number of guests who have chosen or submitted favourites.</param>
/// <param name="Submitted">The number of guests who have submitted favourites.</param>
/// <param name="LastSubmittedAt">When a guest last submitted favourites, or null.</param>
public sealed record LinkChoices(Guid LinkId, Guid? GroupId, string? Title, int Guests, int Submitted, DateTimeOffset? LastSubmittedAt);

internal sealed class ListChoicesValidator : PageQueryValidator<ListChoices>;

internal sealed class ListChoicesHandler(IImageHubDb db) : IRequestHandler<ListChoices, Page<LinkChoices>>
{
    // Link ids are UUIDv7 and sort by creation time. The guests of a link are adjacent in the index, so every page costs about the same.
    private static readonly Keyset<Row> Order = Keyset<Row>.By("linkId", row => row.LinkId, row => row.LinkId, descending: true);

    public async Task<Page<LinkChoices>> Handle(ListChoices request, CancellationToken cancellationToken)
    {
        var guests = db.LinkGuests;
        var found = request.GroupId is { } groupId
            ? guests.Where(guest => db.Links.Any(link => link.Id == guest.LinkId && link.GroupId == groupId))
            : guests;
        var page = await found
            .GroupBy(guest => guest.LinkId)
            .Select(link => new Row
            {
                LinkId = link.Key,
                Guests = link.Count(),
                Submitted = link.Count(guest => guest.SubmittedAt != null),
                LastSubmittedAt = link.Max(guest => guest.SubmittedAt),
            })
            .ListAsync(request, Order, row => row, cancellationToken);
        var groups = await FindGroupsAsync([.. page.Items.Select(row => row.LinkId)], cancellationToken);
        return page.WithItems([.. page.Items.Select(row =>
        {
            var (id, title) = groups.GetValueOrDefault(row.LinkId);
            return new LinkChoices(row.LinkId, id, title, row.Guests, row.Submitted, row.LastSubmittedAt);
        })]);
    }

    /// <summary>Finds the groups of links. For a deleted link, finds a group that contains a guest's favourite.</summary>
    private async Task<Dictionary<Guid, (Guid? Id, string? Title)>> FindGroupsAsync(Guid[] linkIds, CancellationToken cancellationToken)
    {
        var groupIds = await db.Links.Where(link => linkIds.Contains(link.Id)).ToDictionaryAsync(link => link.Id, link => link.GroupId, cancellationToken);
        var forgotten = linkIds.Where(id => !groupIds.ContainsKey(id)).ToArray();
        var chosen = forgotten.Length == 0 ? [] : await db.LinkGuests
            .Where(guest => forgotten.Contains(guest.LinkId))
            .Select(guest => new
            {
                guest.LinkId,
                GroupId = (
                    from favourite in db.Favourites
                    join image in db.Images on favourite.ImageId equals image.Id
                    where favourite.GuestId == guest.Id && image.OwnerId == null
                    select (Guid?)image.GroupId).FirstOrDefault(),
            })
            .Where(guest => guest.GroupId != null)
            .Distinct()
            .ToListAsync(cancellationToken);
        foreach (var guest in chosen)
        {
            groupIds.TryAdd(guest.LinkId, guest.GroupId);
        }

        var ids = groupIds.Values.OfType<Guid>().Distinct().ToArray();
        var titles = await db.Groups.Where(group => ids.Contains(group.Id)).ToDictionaryAsync(group => group.Id, group => group.Title, cancellationToken);
        return groupIds
            .Where(link => link.Value is { } id && titles.ContainsKey(id))
            .ToDictionary(link => link.Key, link => (link.Value, (string?)titles[link.Value!.Value]));
    }

    private sealed class Row
    {
        public Guid LinkId { get; init; }

        public int Guests { get; init; }

        public int Submitted { get; init; }

        public DateTimeOffset? LastSubmittedAt { get; init; }
    }
}
