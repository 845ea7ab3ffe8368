using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Domain.Groups;
using MediatR;

namespace ImageHub.Application.WebDav;

/// <summary>Creates a folder: a group that visitors do not see. An admin publishes it later.</summary>
/// <param name="Path">The address.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record CreateDavFolder(DavPath Path, DavConditions Conditions) : IRequest;

internal sealed class CreateDavFolderHandler(DavTree tree, DavLocks locks, IMediator mediator, ICaller caller) : IRequestHandler<CreateDavFolder>
{
    public async Task<Unit> Handle(CreateDavFolder request, CancellationToken cancellationToken)
    {
        var place = await tree.FindAsync(request.Path, cancellationToken);
        if (place.Resource is not null)
        {
            throw DavProblems.FolderExists();
        }

        var parent = place.Parent ?? throw DavProblems.NoSuchFolder();
        if (caller.Tier is not null)
        {
            throw new ProblemException(Problems.Forbidden, $"Users have one folder, '{DavPath.Root}{DavPath.Own}/'; it contains no folders.");
        }

        await locks.EnsureConditionsHoldAsync(place, request.Conditions, cancellationToken);
        await locks.EnsureUnlockedAsync(parent, place.FileName, request.Conditions, isAddedOrRemoved: true, cancellationToken);
        await mediator.Send(new CreateGroup(FolderName.ToTitle(place.Segment), IsPublished: false, ParentId: parent.GroupId) { NewFolderName = FolderName.Normalize(place.Segment) }, cancellationToken);
        return Unit.Value;
    }
}
