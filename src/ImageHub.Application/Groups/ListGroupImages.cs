using System.Text.Json.Serialization;
using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Lists a group's images in the order that curators have set, new ones last.</summary>
public sealed record ListGroupImages : PageQuery, IRequest<Page<ImageSummary>>
{
    /// <summary>True: lists the guests' photos that await approval instead, oldest first; for admins and editors only.</summary>
    public bool? Pending { get; init; }

    /// <summary>The id of the guest who sent the photos, only with <c>pending=true</c>; for admins and editors only.</summary>
    public Guid? Guest { get; init; }

    [JsonInclude]
    internal Guid GroupId { get; init; }

    /// <summary>Returns a copy of this request with the id of the group.</summary>
    public ListGroupImages WithGroupId(Guid groupId) => this with { GroupId = groupId };
}

internal sealed class ListGroupImagesValidator : PageQueryValidator<ListGroupImages>
{
    public ListGroupImagesValidator() => RuleFor(query => query.Guest)
        .Null().When(query => query.Pending != true, ApplyConditionTo.CurrentValidator)
        .WithMessage("guest is only for pending=true.");
}

internal sealed class ListGroupImagesHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListGroupImages, Page<ImageSummary>>
{
    private static readonly Keyset<Image> Arrival = Keyset<Image>.By("arrival", image => image.CreatedAt, image => image.Id);

    public async Task<Page<ImageSummary>> Handle(ListGroupImages request, CancellationToken cancellationToken)
    {
        if (request.Pending is not null && !caller.IsCurator)
        {
            throw ProblemException.Invalid("pending", "pending is for admins and editors only.");
        }

        var count = await db.GroupsOpenTo(caller)
            .Where(group => group.Id == request.GroupId)
            .Select(group => (int?)group.ImageCount)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("group");
        var projection = ImageSummary.Project(await db.FindViewAsync(caller, request.GroupId, cancellationToken));
        if (request.Pending == true)
        {
            return await ListPendingAsync(request, projection, cancellationToken);
        }

        var page = await db.Images
            .Where(image => image.GroupId == request.GroupId && image.DeletedAt == null)
            .ListAsync(request, ImageOrders.Position, projection, cancellationToken, count);
        return page.WithItems(await db.WithAccountsAsync(page.Items, cancellationToken));
    }

    private async Task<Page<ImageSummary>> ListPendingAsync(
        ListGroupImages request, System.Linq.Expressions.Expression<Func<Image, ImageSummary>> projection, CancellationToken cancellationToken)
    {
        var images = db.AllImages.Where(image => image.InboxOf == request.GroupId && image.GuestId != null && image.DeletedAt == null);
        if (request.Guest is { } guestId)
        {
            images = images.Where(image => image.GuestId == guestId);
        }

        var page = await images.ListAsync(request, Arrival, projection, cancellationToken);
        return page.WithItems(await db.WithSendersAsync(page.Items, cancellationToken));
    }
}
