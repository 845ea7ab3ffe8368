using System.Security.Cryptography;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Variants;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Site;

/// <summary>Opens a logo of the site.</summary>
/// <param name="IsDark">Whether the logo is for dark pages.</param>
public sealed record OpenLogo(bool IsDark) : IRequest<ImageContent>;

internal sealed class OpenLogoHandler(IImageHubDb db) : IRequestHandler<OpenLogo, ImageContent>
{
    public async Task<ImageContent> Handle(OpenLogo request, CancellationToken cancellationToken)
    {
        var logo = await db.SiteLogos.SingleOrDefaultAsync(logo => logo.IsDark == request.IsDark && logo.Width > 0, cancellationToken)
            ?? throw ProblemException.NotFound("logo");
        var name = request.IsDark ? "logo-dark" : "logo";
        return new ImageContent(
            name,
            logo.Bytes.Length,
            logo.ContentType,
            Convert.ToHexStringLower(SHA256.HashData(logo.Bytes).AsSpan(0, 16)),
            LastModified: null,
            $"{name}.{ImageFormats.FromMediaType(logo.ContentType).Extensions()[0]}",
            IsPublic: true)
        {
            Revision = logo.Revision,
            Content = new MemoryStream(logo.Bytes, writable: false),
        };
    }
}
