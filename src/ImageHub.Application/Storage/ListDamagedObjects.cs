using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.Storage;
using MediatR;

namespace ImageHub.Application.Storage;

/// <summary>Lists objects that are lost or corrupt and could not be restored, in the order of their discovery.</summary>
public sealed record ListDamagedObjects : PageQuery, IRequest<Page<DamagedObjectResponse>>;

/// <summary>A lost object.</summary>
/// <param name="ImageId">The image's id; it may be in the trash.</param>
/// <param name="FileName">The image's file name.</param>
/// <param name="Variant">The variant: <c>low</c>, <c>medium</c>, <c>high</c>, <c>full</c> or <c>original</c>.</param>
/// <param name="Since">When the damage was found.</param>
public sealed record DamagedObjectResponse(Guid ImageId, string FileName, string Variant, DateTimeOffset Since);

internal sealed class ListDamagedObjectsValidator : PageQueryValidator<ListDamagedObjects>;

internal sealed class ListDamagedObjectsHandler(IImageHubDb db) : IRequestHandler<ListDamagedObjects, Page<DamagedObjectResponse>>
{
    private static readonly Keyset<DamagedObject> Order = Keyset<DamagedObject>.By("since", damaged => damaged.Since, damaged => damaged.Id);

    public Task<Page<DamagedObjectResponse>> Handle(ListDamagedObjects request, CancellationToken cancellationToken) => db.DamagedObjects.ListAsync(
        request,
        Order,
        damaged => new DamagedObjectResponse(damaged.ImageId, db.AllImages.Where(image => image.Id == damaged.ImageId).Select(image => image.FileName).First(), damaged.Variant, damaged.Since),
        cancellationToken);
}
