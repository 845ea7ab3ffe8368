using System.Text.Json.Serialization;
using ImageHub.Application.Requests;

namespace ImageHub.Application.Paging;

/// <summary>A page of a list, in the requested paging form; the other forms' fields are absent.</summary>
/// <typeparam name="T">An item.</typeparam>
/// <param name="Items">The items of the page; empty beyond the end.</param>
public record Page<T>(IReadOnlyList<T> Items)
{
    /// <summary>Page form: the page number, from 1.</summary>
    [JsonPropertyName("page")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Number { get; init; }

    /// <summary>Page form: the number of items per page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PageSize { get; init; }

    /// <summary>Offset form: the requested maximum number of items.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Limit { get; init; }

    /// <summary>Offset form: the number of items skipped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Offset { get; init; }

    /// <summary>Page and offset form: the number of all matches.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalItems { get; init; }

    /// <summary>Page form: the number of pages.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalPages { get; init; }

    /// <summary>Cursor form: the <c>cursor</c> for the next page; null on the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string> NextCursor { get; init; }

    /// <summary>Returns a copy of this page with other items.</summary>
    internal Page<TOther> WithItems<TOther>(IReadOnlyList<TOther> items) => new(items)
    {
        Number = Number,
        PageSize = PageSize,
        Limit = Limit,
        Offset = Offset,
        TotalItems = TotalItems,
        TotalPages = TotalPages,
        NextCursor = NextCursor,
    };
}
