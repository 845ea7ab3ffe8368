using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using MediatR;

namespace ImageHub.Application.Groups;

/// <summary>Moves images of a group, in the given order, directly after another image of the group.</summary>
/// <param name="Ids">The ids of 1–1,000 images, in their new order.</param>
/// <param name="After">The id of the image after which the images are placed. If absent, they become the first images of the group.</param>
public sealed record OrderGroupImages(IReadOnlyList<Guid> Ids, Guid? After = null) : IRequest
{
    internal Guid GroupId { get; init; }

    /// <summary>Returns a copy of this request with the id of the group.</summary>
    public OrderGroupImages WithGroupId(Guid groupId) => this with { GroupId = groupId };
}

internal sealed class OrderGroupImagesValidator : AbstractValidator<OrderGroupImages>
{
    public OrderGroupImagesValidator() => RuleFor(order => order.Ids).IdList();
}

internal sealed class OrderGroupImagesHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<OrderGroupImages>
{
    public async Task<Unit> Handle(OrderGroupImages request, CancellationToken cancellationToken)
    {
        var (transaction, group) = await db.Locks.LockLiveGroupAsync(request.GroupId, cancellationToken);
        await using var _ = transaction;
        await db.RowOrder.MoveImagesAsync(group.Id, request.Ids, request.After, cancellationToken);
        group.Touch(clock.Now());
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }
}
