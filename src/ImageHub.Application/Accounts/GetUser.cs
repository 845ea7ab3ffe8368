using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Accounts;

/// <summary>Gets an account. Admins may get any account, others only their own.</summary>
/// <param name="Id">The account's id.</param>
public sealed record GetUser(Guid Id) : IRequest<UserResponse>;

internal sealed class GetUserHandler(IImageHubDb db, ICaller caller) : IRequestHandler<GetUser, UserResponse>
{
    public async Task<UserResponse> Handle(GetUser request, CancellationToken cancellationToken) =>
        await db.Users
            .Where(user => user.Id == request.Id && (caller.IsAdmin || user.Id == caller.UserId))
            .Select(UserResponse.Projection(db))
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("user");
}
