using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.Storage;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>Objects of images that are lost or changed and could not be made again, in the order in which they were found.</summary>
public sealed record ListDamagedObjects : PageQuery, IRequest<Page<DamagedObjectResponse>>;

/// <summary>An object that is lost.</summary>
/// <param name="ImageId">Of which image; it may lie in the trash.</param>
/// <param name="FileName">The image's file name.</param>
/// <param name="Variant">Which bytes: <c>low</c>, <c>medium</c>, <c>high</c>, <c>full</c> or <c>original</c>.</param>
/// <param name="Since">When it was found.</param>
public sealed record DamagedObjectResponse(Guid ImageId, string FileName, string Variant, DateTimeOffset Since);

internal sealed class ListDamagedObjectsValidator : PageQueryValidator<ListDamagedObjects>;

internal sealed class ListDamagedObjectsHandler(IImageHubDb db) : IRequestHandler<ListDamagedObjects, Page<DamagedObjectResponse>>
{
    private static readonly Keyset<DamagedObject> Order = Keyset<DamagedObject>.By("since", damaged => damaged.Since, damaged => damaged.Id);

    public Task<Page<DamagedObjectResponse>> Handle(ListDamagedObjects request, CancellationToken cancellationToken) => db.DamagedObjects.ListAsync(
        request,
        Order,
        damaged => new DamagedObjectResponse(damaged.ImageId, db.Images.Where(image => image.Id == damaged.ImageId).Select(image => image.FileName).First(), damaged.Variant, damaged.Since),
        cancellationToken);
}
