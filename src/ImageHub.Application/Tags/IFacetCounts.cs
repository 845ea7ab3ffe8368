using ImageHub.Domain.Images;

namespace ImageHub.Application.Tags;

/// <summary>The images that a facet counts.</summary>
public enum CountedImages
{
    /// <summary>Images of published groups.</summary>
    Published,

    /// <summary>Images of all curated groups.</summary>
    Curated,

    /// <summary>All images, including users' own.</summary>
    All,
}

/// <summary>A value and its number of images.</summary>
public sealed record Facet(string Value, int Count);

/// <summary>
/// The counts of tags and months. Triggers write changes of the counts to a separate table. Readers add these pending changes to the stored counts.
/// </summary>
public interface IFacetCounts
{
    /// <summary>Moves the oldest pending changes into the stored counts. Readers see the same totals before and after.</summary>
    /// <param name="limit">The maximum number of changes.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The number of changed counts; 0 if there were no changes.</returns>
    Task<int> AddUpAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes counts of 0.</summary>
    Task RemoveEmptyAsync(CancellationToken cancellationToken);

    /// <summary>Reads the most used values; equal counts are in ordinal order.</summary>
    /// <param name="kind">The kind of value.</param>
    /// <param name="images">The images that are counted.</param>
    /// <param name="pattern">A LIKE pattern for the value, case-insensitive.</param>
    /// <param name="limit">The maximum number of values.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<Facet>> ReadMostUsedAsync(FacetKind kind, CountedImages images, string pattern, int limit, CancellationToken cancellationToken);

    /// <summary>Reads the last values in ordinal order, which are the latest months.</summary>
    /// <param name="kind">The kind of value.</param>
    /// <param name="images">The images that are counted.</param>
    /// <param name="limit">The maximum number of values.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<Facet>> ReadLastAsync(FacetKind kind, CountedImages images, int limit, CancellationToken cancellationToken);
}
