using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Domain.Inventory;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Inventory;

/// <summary>Reads a product's quantities over time, for a chart.</summary>
public sealed record GetInventoryHistory : IRequest<InventoryHistory>
{
    /// <summary>The product.</summary>
    public string? ProductId { get; init; }

    /// <summary>The start of the range, inclusive; absent: the time of the product's first record.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The end of the range, inclusive; absent: the time of the product's last record.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>The maximum number of points, 1–1,000; absent: 200.</summary>
    /// <example>200</example>
    public int? Points { get; init; }
}

/// <summary>The points of a chart.</summary>
/// <param name="Items">
/// The points in order of time. The range is divided into parts of equal length; each part that contains records has one point.
/// </param>
public sealed record InventoryHistory(IReadOnlyList<InventoryPoint> Items);

/// <summary>The quantities recorded in a part of the range.</summary>
/// <param name="At">
/// The start of the part. The first part begins at the start of the range; all others begin at a whole minute, hour or day (UTC).
/// </param>
/// <param name="Min">The smallest quantity.</param>
/// <param name="Max">The largest quantity.</param>
/// <param name="Last">The quantity of the last record.</param>
public sealed record InventoryPoint(DateTimeOffset At, long Min, long Max, long Last);

internal sealed class GetInventoryHistoryValidator : AbstractValidator<GetInventoryHistory>
{
    public GetInventoryHistoryValidator()
    {
        RuleFor(query => query.ProductId).RequiredText(InventoryRecord.MaxProductIdLength);
        RuleFor(query => query.To).NotBefore(query => query.From);
        RuleFor(query => query.Points)
            .InclusiveBetween(1, 1_000)
            .WithMessage(query => $"points is {query.Points}; 1 to 1,000 are allowed.");
    }
}

internal sealed class GetInventoryHistoryHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<GetInventoryHistory, InventoryHistory>
{
    private const int DefaultPoints = 200;

    public async Task<InventoryHistory> Handle(GetInventoryHistory request, CancellationToken cancellationToken)
    {
        var productId = await db.ToNfcAsync(request.ProductId, cancellationToken);
        var records = db.InventoryRecords.Where(record => record.ProductId == productId);
        var from = request.From ?? await records.MinAsync(record => (DateTimeOffset?)record.ObservedAt, cancellationToken);
        var to = request.To ?? await records.MaxAsync(record => (DateTimeOffset?)record.ObservedAt, cancellationToken);
        if (from is null || to is null || InventoryRecord.Within(from, to, clock.Now()) is not { } range)
        {
            return new InventoryHistory([]);
        }

        var parts = HistoryParts.Divide(range.From, range.To, request.Points ?? DefaultPoints);
        return new InventoryHistory(await db.InventoryFigures.ReadPointsAsync(productId!, parts, cancellationToken));
    }
}
