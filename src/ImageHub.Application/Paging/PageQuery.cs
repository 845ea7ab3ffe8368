using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;

namespace ImageHub.Application.Paging;

/// <summary>A list request with cursor paging.</summary>
public abstract record CursorQuery
{
    /// <summary>The default number of items per page.</summary>
    public const int DefaultPageSize = 12;

    /// <summary>The maximum number of items per page.</summary>
    public const int MaxPageSize = 100;

    private const int ListIdBytes = 9;

    /// <summary>The maximum number of items per page.</summary>
    /// <example>12</example>
    [JsonIgnore]
    public int? PageSize { get; init; }

    /// <summary>The <c>nextCursor</c> of the previous page; empty for the first page. Opaque.</summary>
    [JsonIgnore]
    [DisplayFormat(ConvertEmptyStringToNull = false)]
    public string? Cursor { get; init; }

    /// <summary>
    /// Identifies the list for which a cursor is valid: a hash of the request's properties without the paging properties, and the name of its type.
    /// </summary>
    internal string ListId() => Base64Url.EncodeToString(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, GetType())).AsSpan(0, ListIdBytes)) + GetType().Name;

    internal bool IsCursorForm => Cursor is not null;

    internal virtual bool IsOffsetForm => false;

    /// <summary>The maximum number of items per page of this list.</summary>
    internal virtual int MaxSize => MaxPageSize;

    /// <summary>The default number of items per page of this list.</summary>
    internal virtual int DefaultSize => DefaultPageSize;

    internal int Size => PageSize ?? DefaultSize;
}

/// <summary>A list request with page and cursor paging.</summary>
public abstract record PageQuery : CursorQuery
{
    /// <summary>The number of rows that a page or an offset can skip, exclusive. It is limited because skipping a row costs as much as returning it.</summary>
    public const int MaxDepth = 100_000;

    /// <summary>The page number, from 1. Not together with <c>cursor</c>.</summary>
    /// <example>1</example>
    [JsonIgnore]
    public int? Page { get; init; }
}

/// <summary>A list request that also supports offset paging.</summary>
public abstract record OffsetQuery : PageQuery
{
    /// <summary>Offset form: the maximum number of items. Not together with <c>page</c>, <c>pageSize</c> or <c>cursor</c>.</summary>
    [JsonIgnore]
    public int? Limit { get; init; }

    /// <summary>Offset form: the number of items to skip. Not together with <c>page</c>, <c>pageSize</c> or <c>cursor</c>.</summary>
    [JsonIgnore]
    public int? Offset { get; init; }

    internal override bool IsOffsetForm => Limit is not null || Offset is not null;
}

/// <summary>The rules of <see cref="CursorQuery"/>.</summary>
internal abstract class CursorQueryValidator<T> : AbstractValidator<T>
    where T : CursorQuery, new()
{
    /// <summary>The maximum number of items per page of this list.</summary>
    protected static int MaxSize { get; } = new T().MaxSize;

    protected CursorQueryValidator() => RuleFor(query => query.PageSize)
        .InclusiveBetween(1, MaxSize)
        .WithMessage(query => $"pageSize is {query.PageSize}; 1 to {MaxSize} are allowed.");
}

/// <summary>The rules of <see cref="PageQuery"/>.</summary>
internal abstract class PageQueryValidator<T> : CursorQueryValidator<T>
    where T : PageQuery, new()
{
    protected PageQueryValidator() => RuleFor(query => query.Page)
        .GreaterThanOrEqualTo(1)
        .WithMessage(query => $"page is {query.Page}; pages count from 1.")
        .Must((query, page) => page is null || !query.IsCursorForm)
        .WithMessage("page and cursor are two forms of a list; send one of them.")
        .Must((query, page) => page is null || (page.Value - 1L) * query.Size < PageQuery.MaxDepth)
        .WithMessage(query => $"page is {query.Page}; pages end after {PageQuery.MaxDepth} items; use cursor to read further.");
}

/// <summary>The rules of <see cref="OffsetQuery"/>.</summary>
internal abstract class OffsetQueryValidator<T> : PageQueryValidator<T>
    where T : OffsetQuery, new()
{
    protected OffsetQueryValidator()
    {
        RuleFor(query => query.Limit)
            .InclusiveBetween(1, MaxSize)
            .WithMessage(query => $"limit is {query.Limit}; 1 to {MaxSize} are allowed.")
            .Must((query, limit) => limit is null || IsPure(query))
            .WithMessage("limit belongs to the offset form; it cannot be sent with page, pageSize or cursor.");
        RuleFor(query => query.Offset)
            .GreaterThanOrEqualTo(0)
            .WithMessage(query => $"offset is {query.Offset}; it counts from 0.")
            .LessThan(PageQuery.MaxDepth)
            .WithMessage(query => $"offset is {query.Offset}; pages end after {PageQuery.MaxDepth} items; use cursor to read further.")
            .Must((query, offset) => offset is null || IsPure(query))
            .WithMessage("offset belongs to the offset form; it cannot be sent with page, pageSize or cursor.");
    }

    private static bool IsPure(OffsetQuery query) => query is { Page: null, PageSize: null, Cursor: null };
}
