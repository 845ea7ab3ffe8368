using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>Gets an image by its id.</summary>
/// <param name="Id">The image's id.</param>
public sealed record GetImage(Guid Id) : IRequest<ImageDetails>;

/// <summary>Gets an image by its file name in a group.</summary>
/// <param name="GroupId">The group's id.</param>
/// <param name="FileName">The file name.</param>
public sealed record GetImageByName(Guid GroupId, string FileName) : IRequest<ImageDetails>;

internal sealed class GetImageHandler(IImageHubDb db, ICaller caller) : IRequestHandler<GetImage, ImageDetails>, IRequestHandler<GetImageByName, ImageDetails>
{
    public Task<ImageDetails> Handle(GetImage request, CancellationToken cancellationToken) =>
        SingleAsync(db.ImagesById(caller).Where(image => image.Id == request.Id), cancellationToken);

    public async Task<ImageDetails> Handle(GetImageByName request, CancellationToken cancellationToken)
    {
        var name = await db.ToFileNameAsync(request.FileName, cancellationToken);
        return await SingleAsync(db.ImagesVisibleTo(caller).InGroup(request.GroupId).Where(image => image.FileName == name), cancellationToken);
    }

    private async Task<ImageDetails> SingleAsync(IQueryable<Image> images, CancellationToken cancellationToken)
    {
        var image = await images.SingleOrDefaultAsync(cancellationToken) ?? throw ProblemException.NotFound("image");
        var view = await db.FindViewAsync(caller, image.GroupId, cancellationToken);
        return await db.WithAccountAsync(ImageDetails.From(image, view, caller.IsCurator), cancellationToken);
    }
}
