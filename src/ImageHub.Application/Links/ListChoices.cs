using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Links;

/// <summary>Links whose guests have chosen something, the newest link first; those that have ended or are forgotten, too.</summary>
public sealed record ListChoices : PageQuery, IRequest<Page<LinkChoices>>
{
    /// <summary>Only those of the links to a group that there still are.</summary>
    public Guid? GroupId { get; init; }
}

/// <summary>How many guests of a link have chosen something.</summary>
/// <param name="LinkId">Which link; it may have ended.</param>
/// <param name="GroupId">The group that it leads to; of a link that is forgotten, one that has chosen images now; null: neither is left.</param>
/// <param name="Title">The group's title, or null.</param>
/// <param name="Guests">How many guests have chosen something.</param>
/// <param name="Submitted">How many of them have submitted it.</param>
/// <param name="LastSubmittedAt">When one of them did last, or null.</param>
public sealed record LinkChoices(Guid LinkId, Guid? GroupId, string? Title, int Guests, int Submitted, DateTimeOffset? LastSubmittedAt);

internal sealed class ListChoicesValidator : PageQueryValidator<ListChoices>;

internal sealed class ListChoicesHandler(IImageHubDb db) : IRequestHandler<ListChoices, Page<LinkChoices>>
{
    // The ids of links are UUIDv7, in the order in which the links were made. A link has at most 200 guests, which lie beside each other in the
    // index: a page costs the same at any depth.
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

    /// <summary>The groups that links lead to; of those that are forgotten, a group of what was chosen.</summary>
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
