namespace ImageHub.Application.Delivery;

/// <summary>
/// A cache in memory for results of one query that many requests run. A change of any row that the query reads removes all entries: on this instance before the
/// change is acknowledged, on others within a second.
/// </summary>
/// <typeparam name="TKey">The query's arguments.</typeparam>
/// <typeparam name="TRow">The query's result.</typeparam>
public interface IKeptRows<TKey, TRow>
    where TKey : notnull
    where TRow : class
{
    /// <summary>The number of removals so far. Read this value before running the query.</summary>
    long Generation { get; }

    /// <summary>Finds a cached result that is current, or null.</summary>
    TRow? Find(TKey key);

    /// <summary>Caches a result, unless entries have been removed since <paramref name="generation"/>.</summary>
    void Keep(TKey key, TRow row, long generation);
}
