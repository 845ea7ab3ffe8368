using System.Runtime.CompilerServices;

namespace ImageHub.Application.Database;

/// <summary>Functions of the database, for use in queries only. The provider translates them to SQL; a call outside a query fails.</summary>
public static class QueryFunctions
{
    /// <summary>Whether a text matches a LIKE pattern, case-insensitively. Uses a trigram index.</summary>
    /// <param name="text">The text.</param>
    /// <param name="pattern">The pattern.</param>
    /// <param name="escape">The escape character of the pattern.</param>
    public static bool IsLikeInAnyCase(string text, string pattern, string escape) => throw OutsideQuery();

    /// <summary>Whether a row of columns comes after other values, compared column by column. Uses an index on the columns.</summary>
    /// <param name="row">The columns.</param>
    /// <param name="other">The values, one for each column.</param>
    public static bool IsAfter(ITuple row, ITuple other) => throw OutsideQuery();

    /// <summary>Whether a row of columns comes before other values, compared column by column. Uses an index on the columns.</summary>
    /// <param name="row">The columns.</param>
    /// <param name="other">The values, one for each column.</param>
    public static bool IsBefore(ITuple row, ITuple other) => throw OutsideQuery();

    /// <summary>Whether a list of ids contains an id. Uses a GIN index on the list, unlike <c>Contains</c> with an id of another row.</summary>
    /// <param name="ids">The list.</param>
    /// <param name="id">The id.</param>
    public static bool Contains(IReadOnlyList<Guid> ids, Guid id) => throw OutsideQuery();

    private static InvalidOperationException OutsideQuery() => new("This function can only be used in a query, where it is translated to SQL.");
}
