using ImageHub.Application.Archives;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Links;

/// <summary>Opens a ZIP of a shared group's images at full resolution.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Cookie">The cookie of the opened link.</param>
public sealed record OpenSharedArchive(string Token, string? Cookie) : IRequest<GroupArchive>;

internal sealed class OpenSharedArchiveHandler(SharedGroups groups, GroupArchives archives) : IRequestHandler<OpenSharedArchive, GroupArchive>
{
    public async Task<GroupArchive> Handle(OpenSharedArchive request, CancellationToken cancellationToken)
    {
        var shared = await groups.OpenAsync(request.Token, request.Cookie, cancellationToken);
        ArchiveAccess.EnsureMayCreate(SharedGroups.FindRights(shared), ImageVariant.Full);
        return await archives.OpenAsync(shared.Group.Title, groups.FindImages(shared), ImageVariant.Full, EnsureAllowedAsync, cancellationToken);

        async Task EnsureAllowedAsync(CancellationToken again)
        {
            var (link, group) = await groups.FindAsync(request.Token, again);
            if (link.PasswordHash != shared.Link.PasswordHash)
            {
                throw ArchiveAccess.NoArchive();
            }

            ArchiveAccess.EnsureMayCreate(SharedGroups.FindRights(link, group), ImageVariant.Full);
        }
    }
}
