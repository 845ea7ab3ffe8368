using ImageHub.Application.Images;
using MediatR;

namespace ImageHub.Application.Links;

/// <summary>What a link tells whoever is sent it, before it is opened. It counts no view.</summary>
/// <param name="Token">The link's token.</param>
public sealed record PreviewSharedGroup(string Token) : IRequest<SharedPreview>;

/// <summary>What a link tells; nothing while a password or a count of views stands before the group, unless the link shows title and cover all the same.</summary>
/// <param name="Title">The group's title, or null.</param>
/// <param name="Description">Its description, or null.</param>
/// <param name="Cover">Its cover below the link, or null.</param>
public sealed record SharedPreview(string? Title, string? Description, ImageSummary? Cover);

internal sealed class PreviewSharedGroupHandler(SharedGroups groups) : IRequestHandler<PreviewSharedGroup, SharedPreview>
{
    public async Task<SharedPreview> Handle(PreviewSharedGroup request, CancellationToken cancellationToken)
    {
        var shared = await groups.FindAsync(request.Token, cookie: null, cancellationToken);
        if (shared.Link is not ({ PasswordHash: null, MaxViews: null } or { ShowsPreview: true }))
        {
            return new SharedPreview(null, null, null);
        }

        var cover = await groups.FindCoverAsync(shared, cancellationToken);
        var isOpen = shared.Link is { PasswordHash: null, MaxViews: null };
        return new SharedPreview(shared.Group.Title, isOpen ? shared.Group.Description : null, cover?.WithToken(request.Token));
    }
}
