using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using MediatR;

namespace ImageHub.Application.Groups;

/// <summary>Moves the groups, in the given order, directly after another group.</summary>
/// <param name="Ids">The ids of 1–1,000 groups, in their new order.</param>
/// <param name="After">The id of the group after which the groups are placed. If absent, they become the first groups.</param>
public sealed record OrderGroups(IReadOnlyList<Guid> Ids, Guid? After = null) : IRequest;

internal sealed class OrderGroupsValidator : AbstractValidator<OrderGroups>
{
    public OrderGroupsValidator() => RuleFor(order => order.Ids).IdList();
}

internal sealed class OrderGroupsHandler(IImageHubDb db) : IRequestHandler<OrderGroups>
{
    public async Task<Unit> Handle(OrderGroups request, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Locks.LockGroupOrderAsync(cancellationToken);
        await db.RowOrder.MoveGroupsAsync(request.Ids, request.After, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
