using System.Text.Json.Serialization;
using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Paging;
using ImageHub.Application.Requests;
using ImageHub.Domain.Inventory;
using MediatR;

namespace ImageHub.Application.Inventory;

/// <summary>Lists a product's records in order of time. Without paging parameters the list has the offset form.</summary>
public sealed record ListInventoryRecords : OffsetQuery, IRequest<InventoryRecordPage>
{
    /// <summary>The product.</summary>
    public string? ProductId { get; init; }

    /// <summary>The earliest time of the records, inclusive.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The latest time of the records, inclusive.</summary>
    public DateTimeOffset? To { get; init; }

    internal override bool IsOffsetForm => this is { Page: null, PageSize: null, Cursor: null };

    internal override int MaxSize => 500;

    internal override int DefaultSize => 50;
}

/// <summary>A record.</summary>
/// <param name="Id">The id, a UUIDv7.</param>
/// <param name="ProductId">The product.</param>
/// <param name="Quantity">The quantity.</param>
/// <param name="Timestamp">The time of the count, in whole microseconds.</param>
public sealed record InventoryRecordResponse(Guid Id, string ProductId, long Quantity, DateTimeOffset Timestamp);

/// <summary>One page of records.</summary>
/// <param name="Items">The items of the page; empty beyond the end.</param>
public sealed record InventoryRecordPage(IReadOnlyList<InventoryRecordResponse> Items) : Page<InventoryRecordResponse>(Items)
{
    /// <summary>Offset form only: the total number of matching records, including those not in this page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Count { get; init; }

    internal static InventoryRecordPage From(Page<InventoryRecordResponse> page) => new(page.Items)
    {
        Number = page.Number,
        PageSize = page.PageSize,
        Limit = page.Limit,
        Offset = page.Offset,
        Count = page.Limit is null ? null : page.TotalItems,
        TotalItems = page.Limit is null ? page.TotalItems : null,
        TotalPages = page.TotalPages,
        NextCursor = page.NextCursor,
    };
}

internal sealed class ListInventoryRecordsValidator : OffsetQueryValidator<ListInventoryRecords>
{
    public ListInventoryRecordsValidator()
    {
        RuleFor(query => query.ProductId).RequiredText(InventoryRecord.MaxProductIdLength);
        RuleFor(query => query.To).NotBefore(query => query.From);
    }
}

internal sealed class ListInventoryRecordsHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<ListInventoryRecords, InventoryRecordPage>
{
    private static readonly Keyset<InventoryRecord> Order = Keyset<InventoryRecord>.By("observedAt", record => record.ObservedAt, record => record.Id);

    public async Task<InventoryRecordPage> Handle(ListInventoryRecords request, CancellationToken cancellationToken)
    {
        var productId = await db.ToNfcAsync(request.ProductId, cancellationToken);
        var records = db.InventoryRecords.Where(record => record.ProductId == productId);
        if (request.From?.ToUniversalTime() is { } from)
        {
            records = records.Where(record => record.ObservedAt >= from);
        }

        if (request.To?.ToUniversalTime() is { } to)
        {
            records = records.Where(record => record.ObservedAt <= to);
        }

        long? count = request.IsCursorForm ? null : await CountAsync(productId!, request.From, request.To, cancellationToken);
        return InventoryRecordPage.From(await records.ListAsync(
            request, Order, record => new InventoryRecordResponse(record.Id, record.ProductId, record.Quantity, record.ObservedAt), cancellationToken, count));
    }

    /// <summary>Counts records by adding the counts of rollups. The result is exact, and counting millions of records is as fast as counting few.</summary>
    private async Task<long> CountAsync(string productId, DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellationToken)
    {
        if (InventoryRecord.Within(from, to, clock.Now()) is not { } range)
        {
            return 0;
        }

        return await db.InventoryFigures.CountAsync(productId, RollupRange.Cover(range.From, range.To.AddMicroseconds(1), RollupRange.TopLevel), cancellationToken);
    }
}
