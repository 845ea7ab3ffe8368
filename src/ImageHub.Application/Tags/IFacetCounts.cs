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

/// <summary>A value, and how many images have it.</summary>
public sealed record Facet(string Value, int Count);

/// <summary>The counts of tags and months. Triggers write each change beside the counts; a reader adds both up.</summary>
public interface IFacetCounts
{
    /// <summary>Adds the oldest changes to the counts. No answer changes by it.</summary>
    /// <param name="limit">How many changes at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>How many counts changed; 0 when no changes were left.</returns>
    Task<int> AddUpAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes the counts that are 0.</summary>
    Task RemoveEmptyAsync(CancellationToken cancellationToken);

    /// <summary>The values that most images have; equal counts are in the order of the values' characters.</summary>
    /// <param name="kind">The kind of value.</param>
    /// <param name="images">The images that are counted.</param>
    /// <param name="pattern">A LIKE pattern of the value, in any case.</param>
    /// <param name="limit">How many values at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<Facet>> ReadMostUsedAsync(FacetKind kind, CountedImages images, string pattern, int limit, CancellationToken cancellationToken);

    /// <summary>The last values in the order of their characters: the latest months.</summary>
    /// <param name="kind">The kind of value.</param>
    /// <param name="images">The images that are counted.</param>
    /// <param name="limit">How many values at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<Facet>> ReadLastAsync(FacetKind kind, CountedImages images, int limit, CancellationToken cancellationToken);
}
