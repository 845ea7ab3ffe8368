using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Storage;

/// <summary>Deletes the objects of images and file parts that were in flight when their process crashed, if they have no row.</summary>
public sealed record ReconcileInFlight : IRequest<int>;

internal sealed class ReconcileInFlightHandler(IImageHubDb db, IStaging staging, IObjectStore store) : IRequestHandler<ReconcileInFlight, int>
{
    public async Task<int> Handle(ReconcileInFlight request, CancellationToken cancellationToken)
    {
        var undone = 0;
        await foreach (var id in staging.TakeAbandonedAsync(cancellationToken))
        {
            if (!await db.AllImages.AnyAsync(image => image.Id == id, cancellationToken) && !await db.UploadParts.AnyAsync(part => part.Id == id, cancellationToken))
            {
                await store.DeleteAsync([.. ObjectKey.All(id, Image.FirstRevision), UploadPart.KeyFor(id)], cancellationToken);
                undone++;
            }
        }

        return undone;
    }
}
