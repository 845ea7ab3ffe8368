using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.Groups;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>
/// Lists groups in the order that curators have set, new ones first. Visitors get the published groups that have images, or have a published group with images
/// below them.
/// </summary>
public sealed record ListGroups : PageQuery, IRequest<Page<GroupResponse>>
{
    /// <summary>Part of the title or description, case-insensitive.</summary>
    public string? Q { get; init; }

    /// <summary>The slug of one group. The list then contains this group if the caller may see it, even if it has no images.</summary>
    public string? Slug { get; init; }

    /// <summary>
    /// The id of a group, to list the groups directly below it, or <c>root</c>, to list the groups of the first level; absent: groups of all levels.
    /// </summary>
    public string? ParentId { get; init; }
}

internal sealed class ListGroupsValidator : PageQueryValidator<ListGroups>
{
    /// <summary>The value of <c>parentId</c> for groups of the first level.</summary>
    public const string FirstLevel = "root";

    private const int MaxQuoted = 40;

    public ListGroupsValidator()
    {
        RuleFor(query => query.Q).SearchText();
        RuleFor(query => query.Slug).Slug();
        RuleFor(query => query.ParentId)
            .SetValidator(new TextFormRule<ListGroups>($"^({FirstLevel}|[0-9a-fA-F]{{8}}(-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}})$", text => text == FirstLevel || IdText.TryParse(text, out _)))
            .WithMessage(query => $"parentId is '{Characters.Take(query.ParentId!, MaxQuoted)}'; {FirstLevel} or the id of a group is allowed.");
    }
}

internal sealed class ListGroupsHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<ListGroups, Page<GroupResponse>>
{
    private static readonly Keyset<Group> Order = Keyset<Group>.By("position", group => group.Position, group => group.Id);

    public async Task<Page<GroupResponse>> Handle(ListGroups request, CancellationToken cancellationToken)
    {
        var groups = request.Slug is { } slug ? db.GroupsVisibleTo(caller).Where(group => group.Slug == slug) : db.GroupsListedFor(caller);
        if (request.ParentId is { } parent)
        {
            groups = IdText.TryParse(parent, out var parentId) ? groups.Where(group => group.ParentId == parentId) : groups.Where(group => group.ParentId == null);
        }

        if (!string.IsNullOrWhiteSpace(request.Q))
        {
            var pattern = await db.SearchPatternAsync(request.Q, cancellationToken);
            groups = groups.Where(group => EF.Functions.Like(group.SearchText, pattern, Search.Escape));
        }

        var page = await groups.ListAsync(request, Order, await GroupRows.ProjectAsync(db, caller, clock.Now(), cancellationToken), cancellationToken);
        if (request.Slug is null || page.Items is not [var found])
        {
            return page;
        }

        var dates = await db.FindDatesAsync(db.ImagesVisibleTo(caller), found.Id, cancellationToken);
        return page.WithItems([found with { TakenFrom = dates.First, TakenTo = dates.Last }]);
    }
}
