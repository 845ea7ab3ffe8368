using System.Diagnostics.CodeAnalysis;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Groups;
using ImageHub.Domain;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>
/// Orders rows by position. Moving a block rewrites only the block's rows; if the gap is too small, all rows are renumbered. Each move runs in a transaction
/// that is the only writer of the order.
/// </summary>
[SuppressMessage("Security", "EF1002", Justification = "Table and filter of a scope are constants of this file; values are parameters.")]
internal sealed class RowOrder(ImageHubDb db) : IRowOrder
{
    public Task MoveGroupsAsync(IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken) => MoveAsync(Scope.Groups, ids, after, cancellationToken);

    public Task MoveImagesAsync(Guid groupId, IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken) =>
        MoveAsync(Scope.ForImages(groupId), ids, after, cancellationToken);

    public Task SortImagesAsync(Guid groupId, ImageSortKey key, bool descending, CancellationToken cancellationToken)
    {
        // Compares numbers in names by their last 20 digits: gives each number 20 leading zeros, then removes its digits before the last 20.
        const string Name =
            "regexp_replace(regexp_replace(lower(file_name), '([0-9]+)', repeat('0', 20) || '\\1', 'g'), '[0-9]+(' || repeat('[0-9]', 20) || ')', '\\1', 'g')";
        var column = key switch
        {
            ImageSortKey.TakenAt => "taken_or_created_at",
            ImageSortKey.FileName => Name,
            ImageSortKey.CreatedAt => "created_at",
            _ => throw new ArgumentOutOfRangeException(nameof(key), key, "Unknown sort key."),
        };
        var scope = Scope.ForImages(groupId);

        // All positions are renumbered, because images restored from the trash may share a position. The positions are assigned by arrays: a join by rank takes
        // minutes if the planner expects few images, as it does just after an upload.
        return ExecuteAsync(
            $"""
            {Ranked(scope)},
            sorted AS (SELECT array_agg(id ORDER BY {column} {(descending ? "DESC" : "ASC")}, {Name}, file_name, id) AS ids FROM {scope.Table} WHERE {scope.Filter}),
            free AS (SELECT array_agg(place ORDER BY place) AS places FROM ranked WHERE NOT is_promised)
            UPDATE {scope.Table} AS row SET position = block.place FROM (SELECT unnest(ids) AS id, unnest(places) AS place FROM sorted, free) AS block WHERE row.id = block.id
            """,
            scope,
            [],
            cancellationToken);
    }

    public async Task<long?> ReserveImagePositionsAsync(Guid groupId, int count, CancellationToken cancellationToken)
    {
        var last = await db.Database.SqlQuery<long>(
            $"""
            UPDATE groups SET promised_position = greatest(
                promised_position,
                (SELECT coalesce(max(position), 0) FROM images WHERE group_id = {groupId} AND deleted_at IS NULL)) + {Position.Gap * count}
            WHERE id = {groupId}
            RETURNING promised_position AS "Value"
            """).ToListAsync(cancellationToken);
        return last.Count == 1 ? last[0] : null;
    }

    private async Task MoveAsync(Scope scope, IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken)
    {
        await EnsureThereAsync(scope, ids, after, cancellationToken);
        var places = await FindPlacesAsync(scope, ids, after, cancellationToken);
        if (places is null)
        {
            await RenumberAsync(scope, cancellationToken);
            places = await FindPlacesAsync(scope, ids, after, cancellationToken)
                ?? throw new InvalidOperationException("The order was just renumbered, but the gap is too small.");
        }

        await ExecuteAsync(
            $"UPDATE {scope.Table} AS row SET position = block.place FROM unnest(@ids, @places) AS block(id, place) WHERE row.id = block.id",
            scope,
            [new("ids", ids.ToArray()), new("places", places)],
            cancellationToken);
    }

    private async Task EnsureThereAsync(Scope scope, IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken)
    {
        if (after is { } place && ids.Contains(place))
        {
            throw ProblemException.Invalid("after", $"after is {place}, which is one of ids; a block cannot follow itself.");
        }

        // Sorted by id, like the locks of ImageChanges, to avoid deadlocks.
        var named = after is null ? ids : [.. ids, after.Value];
        var there = await db.Database
            .SqlQueryRaw<Guid>(
                $"SELECT id AS \"Value\" FROM {scope.Table} WHERE id = ANY(@ids) AND {scope.Filter} ORDER BY id FOR UPDATE",
                Parameters(scope, [new("ids", named.ToArray())]))
            .ToHashSetAsync(cancellationToken);
        if (after is not null && !there.Contains(after.Value))
        {
            throw ProblemException.Invalid("after", $"after is {after}; there is no such {scope.Name}.");
        }

        foreach (var missing in ids.Where(id => !there.Contains(id)))
        {
            throw ProblemException.Invalid("ids", $"ids names {missing}; there is no such {scope.Name}.");
        }
    }

    /// <summary>Finds free positions after <paramref name="after"/>; null if the gap is too small.</summary>
    private async Task<long[]?> FindPlacesAsync(Scope scope, IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken)
    {
        var block = new NpgsqlParameter("ids", ids.ToArray());
        var neighbours = await db.Database
            .SqlQueryRaw<Neighbours>(
                $"""
                WITH place AS (SELECT position, id FROM {scope.Table} WHERE id = @after)
                SELECT (SELECT position FROM place) AS before,
                       (SELECT position FROM {scope.Places} WHERE id <> ALL(@ids)
                        AND (position, id) > (SELECT coalesce(min(position), @first), coalesce((SELECT id FROM place), @none) FROM place)
                        ORDER BY position, id LIMIT 1) AS after
                """,
                Parameters(scope, [block, new("after", after ?? Guid.Empty), new("first", long.MinValue), new("none", Guid.Empty)]))
            .SingleAsync(cancellationToken);
        return Position.Between(neighbours.Before, neighbours.After, ids.Count);
    }

    /// <summary>Restores the full gap between all positions, in the same order. Rows in the trash keep their places among the others.</summary>
    private Task<int> RenumberAsync(Scope scope, CancellationToken cancellationToken) => ExecuteAsync(
        $"{Ranked(scope, withTrash: true)} UPDATE {scope.Table} AS row SET position = ranked.place FROM ranked WHERE row.id = ranked.id", scope, [], cancellationToken);

    /// <summary>
    /// The common table expression <c>ranked</c> (id, place, is_promised), which numbers all occupied positions with the full gap, followed by the updates of
    /// the reserved positions. One statement contains both, so that both tables are ranked by the same snapshot.
    /// </summary>
    private static string Ranked(Scope scope, bool withTrash = false)
    {
        // Rows that another transaction restores or purges are skipped. Waiting for them could end in a deadlock.
        var (trash, places) = withTrash
            ? ($"trash AS MATERIALIZED (SELECT id, position FROM {scope.Table} WHERE {scope.Rows} AND deleted_at IS NOT NULL FOR UPDATE SKIP LOCKED), ",
                $"(SELECT id, position, is_promised FROM {scope.Places} UNION ALL SELECT id, position, false FROM trash) AS all_places")
            : ("", scope.Places);
        var ranked = $"WITH {trash}ranked AS (SELECT id, is_promised, row_number() OVER (ORDER BY position, id) * {Position.Gap} AS place FROM {places})";
        var promised = scope.Promised is { } other
            ? $", files AS (UPDATE {other.Table} AS file SET position = ranked.place FROM ranked WHERE file.id = ranked.id)"
                + ", promise AS (UPDATE groups SET promised_position = greatest(promised_position, (SELECT max(place) FROM ranked)) WHERE id = @group)"
            : "";
        return ranked + promised;
    }

    private Task<int> ExecuteAsync(string sql, Scope scope, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(sql, Parameters(scope, parameters), cancellationToken);

    private static object[] Parameters(Scope scope, NpgsqlParameter[] parameters) => [.. parameters, new NpgsqlParameter("group", scope.GroupId)];

    /// <summary>The rows of one order: a table with a condition.</summary>
    /// <param name="Table">The table.</param>
    /// <param name="Rows">The condition, which also includes rows in the trash.</param>
    /// <param name="GroupId">The value of <c>@group</c> in the condition.</param>
    /// <param name="Name">The name of a row in errors.</param>
    /// <param name="Promised">The table and condition of rows with reserved positions, which are files not yet uploaded; or null.</param>
    private sealed record Scope(string Table, string Rows, Guid GroupId, string Name, (string Table, string Filter)? Promised = null)
    {
        public static Scope Groups { get; } = new("groups", "owner_id IS NULL AND inbox_of IS NULL", Guid.Empty, "group");

        /// <summary>The condition of rows outside the trash.</summary>
        public string Filter => $"{Rows} AND deleted_at IS NULL";

        /// <summary>All occupied positions, as a row source with the columns id, position and is_promised.</summary>
        public string Places => Promised is { } promised
            ? $"(SELECT id, position, false AS is_promised FROM {Table} WHERE {Filter} UNION ALL SELECT id, position, true FROM {promised.Table} WHERE {promised.Filter}) AS places"
            : $"(SELECT id, position, false AS is_promised FROM {Table} WHERE {Filter}) AS places";

        public static Scope ForImages(Guid groupId) => new(
            "images",
            "group_id = @group",
            groupId,
            "image of this group",
            ("upload_files", $"group_id = @group AND status = {(int)UploadStatus.Needed} AND position IS NOT NULL"));
    }

    private sealed record Neighbours(long? Before, long? After);
}
