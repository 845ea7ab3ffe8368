using System.Text.Json.Serialization;
using ImageHub.Application.Requests;

namespace ImageHub.Application.Paging;

/// <summary>One page of a list, in the form that was asked for: the fields of the other forms are absent.</summary>
/// <typeparam name="T">An item.</typeparam>
/// <param name="Items">The page's items; empty past the end.</param>
public record Page<T>(IReadOnlyList<T> Items)
{
    /// <summary>Page form: which page, from 1.</summary>
    [JsonPropertyName("page")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Number { get; init; }

    /// <summary>Page form: items a page.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? PageSize { get; init; }

    /// <summary>Offset form: most items asked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Limit { get; init; }

    /// <summary>Offset form: items passed over.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Offset { get; init; }

    /// <summary>Page and offset form: all matches.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalItems { get; init; }

    /// <summary>Page form: how many pages there are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TotalPages { get; init; }

    /// <summary>Cursor form: what to send as <c>cursor</c> for the next page; null on the last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public Optional<string> NextCursor { get; init; }

    /// <summary>The same page with other items.</summary>
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
