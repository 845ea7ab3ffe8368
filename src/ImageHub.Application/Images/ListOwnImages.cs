using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>Lists the caller's own images, newest first.</summary>
public sealed record ListOwnImages : PageQuery, IRequest<Page<ImageSummary>>;

internal sealed class ListOwnImagesValidator : PageQueryValidator<ListOwnImages>;

internal sealed class ListOwnImagesHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListOwnImages, Page<ImageSummary>>
{
    public async Task<Page<ImageSummary>> Handle(ListOwnImages request, CancellationToken cancellationToken)
    {
        var page = await db.Images
            .Where(image => image.OwnerId == caller.UserId && image.DeletedAt == null)
            .ListAsync(request, ImageOrders.Find("-createdAt")!, ImageSummary.Project(SummaryView.Own), cancellationToken);
        return page.WithItems(await db.WithAccountsAsync(page.Items, cancellationToken));
    }
}
