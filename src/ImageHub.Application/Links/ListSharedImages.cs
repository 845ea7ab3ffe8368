using System.Text.Json.Serialization;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Application.Paging;
using MediatR;

namespace ImageHub.Application.Links;

/// <summary>Lists the images of a shared group, in the group's order.</summary>
public sealed record ListSharedImages : PageQuery, IRequest<Page<ImageSummary>>
{
    [JsonInclude]
    internal string Token { get; init; } = "";

    internal string? Cookie { get; init; }

    /// <summary>Returns a copy of this request with the link's token and the guest's cookie.</summary>
    public ListSharedImages WithToken(string token, string? cookie) => this with { Token = token, Cookie = cookie };
}

internal sealed class ListSharedImagesValidator : PageQueryValidator<ListSharedImages>;

internal sealed class ListSharedImagesHandler(IImageHubDb db, SharedGroups groups) : IRequestHandler<ListSharedImages, Page<ImageSummary>>
{
    public async Task<Page<ImageSummary>> Handle(ListSharedImages request, CancellationToken cancellationToken)
    {
        var shared = await groups.OpenAsync(request.Token, request.Cookie, cancellationToken);
        var projection = ImageSummary.Project(await db.FindViewAsync(shared.Link, cancellationToken));
        var page = await groups.FindImages(shared).ListAsync(request, ImageOrders.Position, projection, cancellationToken, shared.Group.ImageCount);
        return page.WithItems([.. page.Items.Select(image => image.WithToken(request.Token))]);
    }
}
