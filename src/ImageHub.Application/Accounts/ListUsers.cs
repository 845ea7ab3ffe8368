using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Domain.Accounts;
using MediatR;

namespace ImageHub.Application.Accounts;

/// <summary>Lists accounts by name.</summary>
public sealed record ListUsers : PageQuery, IRequest<Page<UserResponse>>;

internal sealed class ListUsersValidator : PageQueryValidator<ListUsers>;

internal sealed class ListUsersHandler(IImageHubDb db) : IRequestHandler<ListUsers, Page<UserResponse>>
{
    private static readonly Keyset<User> Order = Keyset<User>.By("userName", user => user.NormalizedUserName, user => user.Id);

    public Task<Page<UserResponse>> Handle(ListUsers request, CancellationToken cancellationToken) =>
        db.Users.ListAsync(request, Order, UserResponse.Projection(db), cancellationToken);
}
