using ImageHub.Application.Images;
using MediatR;

namespace ImageHub.Application.Links;

/// <summary>Gets the preview of a link, shown before it is opened. Does not count as a view.</summary>
/// <param name="Token">The link's token.</param>
public sealed record PreviewSharedGroup(string Token) : IRequest<SharedPreview>;

/// <summary>
/// The preview of a link. If the link has a password or a maximum number of views, the preview is empty unless the link shows title and cover.
/// </summary>
/// <param name="Title">The group's title, or null.</param>
/// <param name="Description">The group's description; null if there is none, or if the link has a password or a maximum number of views.</param>
/// <param name="Cover">The cover with its address below the link, or null.</param>
/// <param name="ImageCount">The number of images; null if the link has a password or a maximum number of views.</param>
public sealed record SharedPreview(string? Title, string? Description, ImageSummary? Cover, int? ImageCount);

internal sealed class PreviewSharedGroupHandler(SharedGroups groups) : IRequestHandler<PreviewSharedGroup, SharedPreview>
{
    public async Task<SharedPreview> Handle(PreviewSharedGroup request, CancellationToken cancellationToken)
    {
        var shared = await groups.FindAsync(request.Token, cookie: null, cancellationToken);
        if (shared.Link is not ({ PasswordHash: null, MaxViews: null } or { ShowsPreview: true }))
        {
            return new SharedPreview(null, null, null, null);
        }

        var cover = await groups.FindCoverAsync(shared, cancellationToken);
        var isOpen = shared.Link is { PasswordHash: null, MaxViews: null };
        return new SharedPreview(shared.Group.Title, isOpen ? shared.Group.Description : null, cover?.WithToken(request.Token), isOpen ? shared.Group.ImageCount : null);
    }
}
