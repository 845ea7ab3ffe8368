using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>One image, by its id.</summary>
/// <param name="Id">Its id.</param>
public sealed record GetImage(Guid Id) : IRequest<ImageEntry>;

/// <summary>One image, by its name in a group.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="FileName">Its name.</param>
public sealed record GetImageByName(Guid GroupId, string FileName) : IRequest<ImageDetails>;

internal sealed class GetImageHandler(IImageHubDb db, ICaller caller)
    : IRequestHandler<GetImage, ImageEntry>, IRequestHandler<GetImageByName, ImageDetails>
{
    public async Task<ImageEntry> Handle(GetImage request, CancellationToken cancellationToken) => await db.DetailsAsync(
        await SingleAsync(db.Images.Where(image => image.Id == request.Id), cancellationToken), caller.IsAdmin, cancellationToken);

    public async Task<ImageDetails> Handle(GetImageByName request, CancellationToken cancellationToken)
    {
        var name = Domain.Images.FileName.Sanitize(request.FileName);
        var image = await SingleAsync(db.Images.Where(image => image.GroupId == request.GroupId && image.FileName == name), cancellationToken);
        return ImageDetails.Of(image, caller.IsAdmin);
    }

    private async Task<Image> SingleAsync(IQueryable<Image> images, CancellationToken cancellationToken) =>
        await images.VisibleTo(caller).SingleOrDefaultAsync(cancellationToken) ?? throw ProblemException.NotFound("image");
}
