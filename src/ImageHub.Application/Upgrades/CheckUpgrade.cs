using MediatR;

namespace ImageHub.Application.Upgrades;

/// <summary>Finds out whether the next start of this program would update the database's schema, and tries the update on a copy. Changes nothing.</summary>
public sealed record CheckUpgrade : IRequest<UpgradePlan>;

/// <summary>The update of the schema that the next start would make.</summary>
/// <param name="Database">The database, for messages.</param>
/// <param name="Bytes">The size of the database; 0 if it does not exist.</param>
/// <param name="From">The last migration that was applied; null for an empty database.</param>
/// <param name="To">The last migration of this program.</param>
/// <param name="Pending">The number of migrations to apply.</param>
/// <param name="Rehearsal">The result on a copy; null if there is nothing to do.</param>
public sealed record UpgradePlan(string Database, long Bytes, string? From, string To, int Pending, UpgradeRehearsal? Rehearsal);

/// <summary>The result of an update on a copy of the database.</summary>
/// <param name="Duration">The time of the update; null if no copy could be made.</param>
/// <param name="Obstacle">Why no copy could be made; null if one was made.</param>
/// <param name="Differences">Data that the update would change or remove. No update may do this.</param>
public sealed record UpgradeRehearsal(TimeSpan? Duration, string? Obstacle, IReadOnlyList<string> Differences);

/// <summary>Checks updates of the database's schema before they are made.</summary>
public interface IUpgradeCheck
{
    /// <summary>Starts the configured database server if it is embedded, and tries the update on a copy of the database.</summary>
    Task<UpgradePlan> RunAsync(CancellationToken cancellationToken);
}

internal sealed class CheckUpgradeHandler(IUpgradeCheck check) : IRequestHandler<CheckUpgrade, UpgradePlan>
{
    public Task<UpgradePlan> Handle(CheckUpgrade request, CancellationToken cancellationToken) => check.RunAsync(cancellationToken);
}
