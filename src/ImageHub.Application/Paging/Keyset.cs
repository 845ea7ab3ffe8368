using System.Buffers.Text;
using System.Linq.Expressions;
using System.Runtime.CompilerServices;
using System.Text.Json;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Paging;

/// <summary>A total order of rows by a sort key, then by id. A cursor is a position in this order.</summary>
/// <typeparam name="T">A row.</typeparam>
/// <remarks>
/// "After the cursor" is a row-value comparison, <c>(key, id) &gt; (…)</c>, which PostgreSQL evaluates with an index on both columns, at a cost that does not
/// depend on the depth (https://use-the-index-luke.com/no-offset).
/// </remarks>
internal abstract class Keyset<T>
    where T : class
{
    /// <summary>Sorts the rows.</summary>
    public abstract IQueryable<T> Sort(IQueryable<T> rows);

    /// <summary>Returns the rows of the page after a cursor and one additional row. Used for lists that combine several tables.</summary>
    /// <exception cref="ProblemException">400 for <c>cursor</c> if it is invalid or belongs to another list.</exception>
    public abstract IQueryable<T> Page(IQueryable<T> rows, CursorQuery query);

    /// <summary>Reads the page after a cursor, or the first page if the cursor is empty.</summary>
    /// <returns>The page, and the next page's cursor or null.</returns>
    /// <exception cref="ProblemException">400 for <c>cursor</c> if it is invalid or belongs to another list.</exception>
    public abstract Task<(IReadOnlyList<TItem> Items, string? NextCursor)> FollowAsync<TItem>(
        IQueryable<T> rows, CursorQuery query, Expression<Func<T, TItem>> select, CancellationToken cancellationToken);

    /// <summary>Creates an order by a key, then by id.</summary>
    /// <param name="name">The name of the order, which distinguishes its cursors.</param>
    /// <param name="key">The sort key: a column that is never null.</param>
    /// <param name="id">The row's id.</param>
    /// <param name="descending">Whether the key and the id are sorted in descending order.</param>
    public static Keyset<T> By<TKey>(string name, Expression<Func<T, TKey>> key, Expression<Func<T, Guid>> id, bool descending = false) =>
        new Order<TKey>(name, key, id, descending);

    private sealed class Order<TKey>(string name, Expression<Func<T, TKey>> key, Expression<Func<T, Guid>> id, bool descending) : Keyset<T>
    {
        private readonly string name = descending ? "-" + name : name;

        public override IQueryable<T> Sort(IQueryable<T> rows) => descending
            ? rows.OrderByDescending(key).ThenByDescending(id)
            : rows.OrderBy(key).ThenBy(id);

        // One additional row shows whether there is a next page.
        public override IQueryable<T> Page(IQueryable<T> rows, CursorQuery query) =>
            Sort(string.IsNullOrEmpty(query.Cursor) ? rows : rows.Where(IsAfter(Parse(query.Cursor, query.ListId())))).Take(query.Size + 1);

        public override async Task<(IReadOnlyList<TItem> Items, string? NextCursor)> FollowAsync<TItem>(
            IQueryable<T> rows, CursorQuery query, Expression<Func<T, TItem>> select, CancellationToken cancellationToken)
        {
            var page = await Page(rows, query).Select(WithPlace(select)).ToListAsync(cancellationToken);
            var items = page.Take(query.Size).Select(row => row.Item).ToList();
            return (items, page.Count > query.Size ? BuildCursor(page[query.Size - 1], query.ListId()) : null);
        }

        private string BuildCursor<TItem>(Placed<TItem> row, string listId) =>
            Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Place(listId, name, row.Key, row.Id)));

        private Expression<Func<T, Placed<TItem>>> WithPlace<TItem>(Expression<Func<T, TItem>> select)
        {
            var row = key.Parameters[0];
            var constructor = typeof(Placed<TItem>).GetConstructors()[0];
            return Expression.Lambda<Func<T, Placed<TItem>>>(
                Expression.New(constructor, key.Body, Rebound(id, row), Rebound(select, row)), row);
        }

        private Place Parse(string cursor, string listId)
        {
            try
            {
                var place = JsonSerializer.Deserialize<Place>(Base64Url.DecodeFromChars(cursor));
                if (place?.List == listId && place.Order == name && IsStorable(place.Key))
                {
                    return place;
                }
            }
            catch (Exception exception) when (exception is FormatException or JsonException)
            {
            }

            throw ProblemException.Invalid("cursor", "cursor was not issued for this list, filter and order; start with an empty one.");
        }

        /// <summary>Whether a column can contain the key. A forged cursor may contain other values.</summary>
        private static bool IsStorable(TKey key) => key switch
        {
            null => false,
            DateTimeOffset time => time.Offset == TimeSpan.Zero,
            DateTime time => time.Kind == DateTimeKind.Unspecified,
            string text => !text.Contains('\0', StringComparison.Ordinal),
            _ => true,
        };

        private Expression<Func<T, bool>> IsAfter(Place place)
        {
            // The values are captured, so that EF Core sends them as parameters and caches the query.
            Expression<Func<ITuple>> there = () => ValueTuple.Create(place.Key, place.Id);
            var row = key.Parameters[0];
            var here = Expression.Convert(
                Expression.Call(
                    typeof(ValueTuple), nameof(ValueTuple.Create), [typeof(TKey), typeof(Guid)], key.Body, Rebound(id, row)),
                typeof(ITuple));
            Func<ITuple, ITuple, bool> comparison = descending ? QueryFunctions.IsBefore : QueryFunctions.IsAfter;
            return Expression.Lambda<Func<T, bool>>(
                Expression.Call(comparison.Method, here, there.Body), row);
        }

        private static Expression Rebound(LambdaExpression lambda, ParameterExpression row) =>
            new Rebind(lambda.Parameters[0], row).Visit(lambda.Body);

        private sealed record Place(string List, string Order, TKey Key, Guid Id);

        private sealed record Placed<TItem>(TKey Key, Guid Id, TItem Item);

        private sealed class Rebind(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
        {
            protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : node;
        }
    }
}
