using System.Text.Json.Serialization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>Lists a group's images in the admin's order, new ones last.</summary>
public sealed record ListGroupImages : PageQuery, IRequest<Page<ImageSummary>>
{
    [JsonInclude]
    internal Guid GroupId { get; init; }

    /// <summary>Returns a copy of this request with the id of the group.</summary>
    public ListGroupImages WithGroupId(Guid groupId) => this with { GroupId = groupId };
}

internal sealed class ListGroupImagesValidator : PageQueryValidator<ListGroupImages>;

internal sealed class ListGroupImagesHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListGroupImages, Page<ImageSummary>>
{
    public async Task<Page<ImageSummary>> Handle(ListGroupImages request, CancellationToken cancellationToken)
    {
        var count = await db.Groups
            .OpenTo(caller)
            .Where(group => group.Id == request.GroupId)
            .Select(group => (int?)group.ImageCount)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("group");
        return await db.Images
            .Where(image => image.GroupId == request.GroupId && image.DeletedAt == null)
            .ListAsync(request, ImageOrders.Position, ImageSummary.Project(await db.FindViewAsync(caller, cancellationToken)), cancellationToken, count);
    }
}
