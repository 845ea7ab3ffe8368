using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using MediatR;

namespace ImageHub.Application.Groups;

/// <summary>Gets a group.</summary>
/// <param name="Id">The group's id.</param>
public sealed record GetGroup(Guid Id) : IRequest<GroupResponse>;

internal sealed class GetGroupHandler(IImageHubDb db, ICaller caller, TimeProvider clock) : IRequestHandler<GetGroup, GroupResponse>
{
    public async Task<GroupResponse> Handle(GetGroup request, CancellationToken cancellationToken)
    {
        var group = await db.SingleAsync(db.GroupsVisibleTo(caller).Where(group => group.Id == request.Id), caller, clock.Now(), cancellationToken)
            ?? throw ProblemException.NotFound("group");
        var dates = await db.FindDatesAsync(db.ImagesVisibleTo(caller), request.Id, cancellationToken);
        return group with { TakenFrom = dates.First, TakenTo = dates.Last };
    }
}
