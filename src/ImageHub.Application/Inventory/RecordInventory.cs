using System.Globalization;
using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Domain.Inventory;
using MediatR;

namespace ImageHub.Application.Inventory;

/// <summary>Records observed quantities. If an item is rejected, none is recorded.</summary>
/// <param name="Items">1 to 10,000 records of any products.</param>
public sealed record RecordInventory(IReadOnlyList<ObservedQuantity> Items) : IRequest;

/// <summary>A product's quantity at a time.</summary>
/// <param name="ProductId">1–200 characters, compared in Unicode NFC.</param>
/// <param name="Quantity">An integer from 0 to 9,007,199,254,740,991 (2⁵³ − 1).</param>
/// <param name="Timestamp">The time of the count, from 1970 to 5 minutes in the future; stored in microseconds.</param>
public sealed record ObservedQuantity(string ProductId, long Quantity, DateTimeOffset Timestamp);

internal sealed class RecordInventoryValidator : AbstractValidator<RecordInventory>
{
    private const int MaxItems = 10_000;

    /// <summary>The maximum number of errors in a response. A list of up to 10,000 errors would not help the client.</summary>
    private const int MaxNamed = 100;

    public RecordInventoryValidator(TimeProvider clock)
    {
        var rules = new ObservedQuantityValidator(clock);
        RuleFor(request => request.Items)
            .SetValidator(new ListSizeRule<RecordInventory, ObservedQuantity>(1, MaxItems))
            .WithMessage(request => string.Create(
                CultureInfo.InvariantCulture, $"items has {request.Items?.Count ?? 0} entries; 1 to {MaxItems:N0} are allowed. Split more into several requests."));
        RuleFor(request => request.Items)
            .Custom((items, context) =>
            {
                var failures = items
                    .SelectMany((item, index) => item is null
                        ? [($"items[{index}]", $"items[{index}] is null; an object is needed.")]
                        : rules.Validate(item).Errors.Select(failure => (Field: $"items[{index}].{failure.PropertyName}", Text: $"items[{index}].{failure.ErrorMessage}")))
                    .Take(MaxNamed);
                foreach (var (field, text) in failures)
                {
                    context.AddFailure(field, text);
                }
            })
            .When(request => request.Items is { Count: >= 1 and <= MaxItems });
    }
}

internal sealed class ObservedQuantityValidator : AbstractValidator<ObservedQuantity>
{
    private const string Seconds = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public ObservedQuantityValidator(TimeProvider clock)
    {
        RuleFor(item => item.ProductId).RequiredText(InventoryRecord.MaxProductIdLength);
        RuleFor(item => item.Quantity)
            .InclusiveBetween(0, InventoryRecord.MaxQuantity)
            .WithMessage(item => string.Create(CultureInfo.InvariantCulture, $"quantity is {item.Quantity}; 0 to {InventoryRecord.MaxQuantity} are allowed."));
        RuleFor(item => item.Timestamp)
            .Must(time => time >= InventoryRecord.Earliest && time <= clock.Now() + InventoryRecord.MaxAhead)
            .WithMessage(item =>
            {
                var (earliest, latest) = (InventoryRecord.Earliest.ToString(Seconds, CultureInfo.InvariantCulture), (clock.Now() + InventoryRecord.MaxAhead).ToString(Seconds, CultureInfo.InvariantCulture));
                return string.Create(
                    CultureInfo.InvariantCulture,
                    $"timestamp is {item.Timestamp:O}; {earliest} to {latest} are allowed: at most {InventoryRecord.MaxAhead.TotalMinutes} minutes ahead of the server's clock.");
            });
    }
}

internal sealed class RecordInventoryHandler(IImageHubDb db, TimeProvider clock) : IRequestHandler<RecordInventory>
{
    public async Task<Unit> Handle(RecordInventory request, CancellationToken cancellationToken)
    {
        var products = (await db.ToNfcAsync([.. request.Items.Select(item => item.ProductId)], cancellationToken)).ToArray();
        var quantities = request.Items.Select(item => item.Quantity).ToArray();
        var times = request.Items.Select(item => InventoryRecord.ToStoredTime(item.Timestamp)).ToArray();
        EnsureDifferent(products, times);

        var now = clock.Now();
        var ids = request.Items.Select(_ => Guid.CreateVersion7(now)).ToArray();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);

        var recorded = await db.InventoryFigures.AddRecordsAsync(ids, products, quantities, times, cancellationToken);
        if (recorded < request.Items.Count)
        {
            throw await DuplicateAsync(ids, products, times, cancellationToken);
        }

        await db.InventoryFigures.RollUpAsync(products, quantities, times, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return Unit.Value;
    }

    private static void EnsureDifferent(string[] products, DateTimeOffset[] times)
    {
        var firsts = new Dictionary<(string Product, DateTimeOffset Time), int>();
        for (var i = 0; i < products.Length; i++)
        {
            if (!firsts.TryAdd((products[i], times[i]), i))
            {
                throw Duplicate(i, products[i], times[i], $"items[{firsts[(products[i], times[i])]}] of the same request");
            }
        }
    }

    /// <summary>Returns the error for the first item that an earlier request has recorded.</summary>
    private async Task<ProblemException> DuplicateAsync(Guid[] ids, string[] products, DateTimeOffset[] times, CancellationToken cancellationToken)
    {
        var place = await db.InventoryFigures.FindDuplicateAsync(ids, products, times, cancellationToken);
        return Duplicate(place, products[place], times[place], "an existing record");
    }

    private static ProblemException Duplicate(int place, string product, DateTimeOffset time, string other) => new(
        Problems.DuplicateRecord,
        string.Create(CultureInfo.InvariantCulture, $"items[{place}] has the productId '{product}' and the time {time.UtcDateTime:O}, like {other}. Nothing was recorded; a product has one record for each time, in microseconds."));
}
