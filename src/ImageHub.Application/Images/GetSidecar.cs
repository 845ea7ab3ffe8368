using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Images;

/// <summary>Writes the caption, the time taken and the location of an image as an XMP packet.</summary>
/// <param name="Id">The image's id.</param>
public sealed record GetSidecar(Guid Id) : IRequest<SidecarFile>;

/// <summary>A sidecar.</summary>
/// <param name="FileName">The sidecar's name: the image's name with the extension <c>xmp</c> instead of the image's extension.</param>
/// <param name="Content">An XMP packet in UTF-8.</param>
public sealed record SidecarFile(string FileName, byte[] Content);

internal sealed class GetSidecarHandler(IImageHubDb db, ISidecars sidecars) : IRequestHandler<GetSidecar, SidecarFile>
{
    public async Task<SidecarFile> Handle(GetSidecar request, CancellationToken cancellationToken)
    {
        var image = await db.Images.SingleOrDefaultAsync(image => image.Id == request.Id && image.DeletedAt == null, cancellationToken) ?? throw ProblemException.NotFound("image");
        var sidecar = new Sidecar
        {
            Caption = new Caption
            {
                Title = image.Title, Description = image.Description, Tags = image.Tags, Rating = image.Rating, Creator = image.Creator, Copyright = image.Copyright,
            },
            TakenAt = image.TakenAt,
            TakenAtOffset = image.TakenAtOffset is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
            Location = image is { Latitude: { } north, Longitude: { } east } ? new GeoLocation(north, east) : null,
        };
        return new SidecarFile(Path.ChangeExtension(image.FileName, "xmp"), sidecars.Write(sidecar));
    }
}
