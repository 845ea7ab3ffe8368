using System.Linq.Expressions;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Paging;

/// <summary>Reads lists in the requested paging form.</summary>
internal static class PagedQueries
{
    /// <summary>Reads one page.</summary>
    /// <param name="rows">All matching rows.</param>
    /// <param name="query">The requested part.</param>
    /// <param name="keyset">The order.</param>
    /// <param name="select">Projects a row to an item, in the database.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="total">The number of matches, if known without counting.</param>
    public static async Task<Page<TItem>> ListAsync<T, TItem>(
        this IQueryable<T> rows,
        PageQuery query,
        Keyset<T> keyset,
        Expression<Func<T, TItem>> select,
        CancellationToken cancellationToken,
        long? total = null)
        where T : class
    {
        if (query.IsCursorForm)
        {
            var (items, next) = await keyset.FollowAsync(rows, query, select, cancellationToken);
            return new Page<TItem>(items) { NextCursor = new(next) };
        }

        var (skip, take) = query is OffsetQuery { IsOffsetForm: true } offset
            ? (offset.Offset ?? 0, offset.Limit ?? query.DefaultSize)
            : (((long)(query.Page ?? 1) - 1) * query.Size, query.Size);
        var (page, count) = total is { } known
            ? (skip >= known ? [] : await keyset.Sort(rows).Skip((int)skip).Take(take).Select(select).ToListAsync(cancellationToken), known)
            : await ReadAndCountAsync(rows, keyset.Sort(rows).Skip((int)skip).Take(take), select, skip, cancellationToken);
        return query is OffsetQuery { IsOffsetForm: true }
            ? new Page<TItem>(page) { Limit = take, Offset = (int)skip, TotalItems = count }
            : new Page<TItem>(page) { Number = query.Page ?? 1, PageSize = take, TotalItems = count, TotalPages = (count + take - 1) / take };
    }

    /// <summary>Reads a page and the number of all matches in one query.</summary>
    private static async Task<(List<TItem> Page, long Count)> ReadAndCountAsync<T, TItem>(
        IQueryable<T> all, IQueryable<T> page, Expression<Func<T, TItem>> select, long skip, CancellationToken cancellationToken)
    {
        // Each row contains the count, but the database computes it once, because it does not depend on the row.
        var count = Expression.Call(typeof(Queryable), nameof(Queryable.LongCount), [typeof(T)], all.Expression);
        var counted = Expression.Lambda<Func<T, Counted<TItem>>>(Expression.New(typeof(Counted<TItem>).GetConstructors()[0], count, select.Body), select.Parameters);
        var rows = await page.Select(counted).ToListAsync(cancellationToken);
        return rows is [var first, ..]
            ? (rows.ConvertAll(row => row.Item), first.Count)
            : ([], skip == 0 ? 0 : await all.LongCountAsync(cancellationToken));
    }

    private sealed record Counted<TItem>(long Count, TItem Item);
}
