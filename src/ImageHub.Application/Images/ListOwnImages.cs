using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>The caller's own images, the newest first.</summary>
public sealed record ListOwnImages : PageQuery, IRequest<Listing<OwnedImage>>;

internal sealed class ListOwnImagesValidator : PageQueryValidator<ListOwnImages>;

internal sealed class ListOwnImagesHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListOwnImages, Listing<OwnedImage>>
{
    public async Task<Listing<OwnedImage>> Handle(ListOwnImages request, CancellationToken cancellationToken)
    {
        var owner = await db.OwnerAsync(caller.UserId!.Value, cancellationToken);
        var page = await Destination.Owner(owner.Id).LiveImages(db).ListAsync(request, ImageOrders.Find("-createdAt")!, image => image, cancellationToken);
        return page.Of<OwnedImage>([.. page.Items.Select(image => OwnedImage.Of(image, owner))]);
    }
}
