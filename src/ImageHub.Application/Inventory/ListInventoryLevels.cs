using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Images;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Inventory;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Inventory;

/// <summary>Lists the latest record of each of the given products.</summary>
/// <param name="ProductIds">1 to 100 product ids, separated by commas. An id that contains a comma must be requested alone.</param>
public sealed record ListInventoryLevels(string? ProductIds) : IRequest<InventoryLevels>;

/// <summary>The latest records of products.</summary>
/// <param name="Items">
/// The latest record of each product, in the order of the ids. Products without records, and products that the caller may not see, are omitted.
/// </param>
public sealed record InventoryLevels(IReadOnlyList<InventoryLevel> Items);

/// <summary>A product's quantity at its latest count.</summary>
/// <param name="ProductId">The product.</param>
/// <param name="Quantity">The quantity.</param>
/// <param name="Timestamp">The time of the count.</param>
public sealed record InventoryLevel(string ProductId, long Quantity, DateTimeOffset Timestamp);

internal sealed class ListInventoryLevelsValidator : AbstractValidator<ListInventoryLevels>
{
    private const int MaxIds = 100;

    public ListInventoryLevelsValidator()
    {
        RuleFor(query => query.ProductIds)
            .NotEmpty()
            .WithMessage($"productIds is empty; 1 to {MaxIds} ids are allowed, separated by commas.")
            .Must(ids => ids is null || Split(ids).Length <= MaxIds)
            .WithMessage(query => $"productIds has {Split(query.ProductIds!).Length} ids; 1 to {MaxIds} are allowed.");
        RuleFor(query => query.ProductIds)
            .Must(ids => string.IsNullOrEmpty(ids) || Split(ids).All(id => Characters.Count(id) <= InventoryRecord.MaxProductIdLength && !string.IsNullOrWhiteSpace(id) && !id.Contains('\0', StringComparison.Ordinal)))
            .WithMessage($"productIds has an id that is empty or has more than {InventoryRecord.MaxProductIdLength} characters.");
    }

    internal static string[] Split(string ids) => ids.Split(',');
}

internal sealed class ListInventoryLevelsHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListInventoryLevels, InventoryLevels>
{
    public async Task<InventoryLevels> Handle(ListInventoryLevels request, CancellationToken cancellationToken)
    {
        var sent = request.ProductIds!;
        var ids = (await db.ToNfcAsync([.. ListInventoryLevelsValidator.Split(sent), sent], cancellationToken)).Distinct(StringComparer.Ordinal).ToArray();
        var seen = await VisibleAsync(ids, cancellationToken);
        return new InventoryLevels(await db.InventoryFigures.ReadLevelsAsync(seen, cancellationToken));
    }

    /// <summary>
    /// Returns the ids of the products visible to the caller: all ids for admins and for keys with the scope <c>inventory</c>, otherwise the product
    /// ids of visible groups.
    /// </summary>
    private async Task<string[]> VisibleAsync(string[] ids, CancellationToken cancellationToken)
    {
        if (caller.IsAdmin || caller.Scopes?.Contains(KeyScope.Inventory) == true)
        {
            return ids;
        }

        var shown = await db.GroupsOpenTo(caller)
            .Where(group => ids.Contains(group.ProductId))
            .Select(group => group.ProductId!)
            .Distinct()
            .ToHashSetAsync(StringComparer.Ordinal, cancellationToken);
        return [.. ids.Where(shown.Contains)];
    }
}
