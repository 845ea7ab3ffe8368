using System.Diagnostics.CodeAnalysis;
using ImageHub.Application.Errors;
using ImageHub.Domain;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ImageHub.Application.Database;

/// <summary>Moves rows, in a given order, directly after another row of an order that is kept by hand. It runs in a transaction that is the order's only writer.</summary>
[SuppressMessage("Security", "EF1002", Justification = "Table and filter of a scope are constants of this file; values are parameters.")]
internal static class BlockOrder
{
    /// <summary>The rows of one order: a table, and which of its rows.</summary>
    /// <param name="Table">The table.</param>
    /// <param name="Filter">A condition on its rows.</param>
    /// <param name="GroupId">What <c>@group</c> stands for in the condition.</param>
    /// <param name="What">What a row is, for errors.</param>
    /// <param name="Promised">A table whose places are taken, too, and which of its rows: those of files that may still arrive; null: there is none.</param>
    public sealed record Scope(string Table, string Filter, Guid GroupId, string What, (string Table, string Filter)? Promised = null)
    {
        public static Scope Groups { get; } = new("groups", "deleted_at IS NULL AND owner_id IS NULL", Guid.Empty, "group");

        /// <summary>Every place that is taken: a row source with id and position.</summary>
        public string Places => Promised is { } promised
            ? $"(SELECT id, position FROM {Table} WHERE {Filter} UNION ALL SELECT id, position FROM {promised.Table} WHERE {promised.Filter}) AS places"
            : $"(SELECT id, position FROM {Table} WHERE {Filter}) AS places";

        public static Scope ForImages(Guid groupId) => new(
            "images",
            "group_id = @group AND deleted_at IS NULL",
            groupId,
            "image of this group",
            ("upload_files", $"group_id = @group AND status = {(int)UploadStatus.Needed} AND position IS NOT NULL"));
    }

    /// <summary>Moves the rows, in the given order, directly after <paramref name="after"/>, or to the front.</summary>
    /// <exception cref="ProblemException">400 that names <c>ids</c> or <c>after</c>.</exception>
    public static async Task MoveAsync(
        this IImageHubDb db, Scope scope, IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken)
    {
        await db.EnsureThereAsync(scope, ids, after, cancellationToken);
        var places = await db.PlacesAsync(scope, ids, after, cancellationToken);
        if (places is null)
        {
            await db.SpaceAnewAsync(scope, cancellationToken);
            places = await db.PlacesAsync(scope, ids, after, cancellationToken)
                ?? throw new InvalidOperationException("An order that was just spaced anew has no gap left.");
        }

        await db.ExecuteAsync(
            $"UPDATE {scope.Table} AS row SET position = block.place FROM unnest(@ids, @places) AS block(id, place) WHERE row.id = block.id",
            scope,
            [new("ids", ids.ToArray()), new("places", places)],
            cancellationToken);
    }

    private static async Task EnsureThereAsync(
        this IImageHubDb db, Scope scope, IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken)
    {
        if (after is { } place && ids.Contains(place))
        {
            throw ProblemException.Invalid("after", $"after is {place}, which is one of ids; a block cannot follow itself.");
        }

        // In the order in which ImageChanges takes several groups, so that the two never wait for each other.
        var named = after is null ? ids : [.. ids, after.Value];
        var there = await db.Database
            .SqlQueryRaw<Guid>($"SELECT id AS \"Value\" FROM {scope.Table} WHERE id = ANY(@ids) AND {scope.Filter} ORDER BY id FOR UPDATE", Parameters(scope, [new("ids", named.ToArray())]))
            .ToHashSetAsync(cancellationToken);
        if (after is not null && !there.Contains(after.Value))
        {
            throw ProblemException.Invalid("after", $"after is {after}; there is no such {scope.What}.");
        }

        foreach (var missing in ids.Where(id => !there.Contains(id)))
        {
            throw ProblemException.Invalid("ids", $"ids names {missing}; there is no such {scope.What}.");
        }
    }

    /// <summary>Free places behind <paramref name="after"/>; null when the gap there is used up.</summary>
    private static async Task<long[]?> PlacesAsync(
        this IImageHubDb db, Scope scope, IReadOnlyList<Guid> ids, Guid? after, CancellationToken cancellationToken)
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

    /// <summary>Gives every place its full gap again, in the same order.</summary>
    private static async Task SpaceAnewAsync(this IImageHubDb db, Scope scope, CancellationToken cancellationToken)
    {
        // One statement, so that both tables are ranked as they were.
        var ranked = $"WITH ranked AS (SELECT id, row_number() OVER (ORDER BY position, id) * {Position.Gap} AS place FROM {scope.Places})";
        var promised = scope.Promised is { } other
            ? $", files AS (UPDATE {other.Table} AS file SET position = ranked.place FROM ranked WHERE file.id = ranked.id)"
                + ", promise AS (UPDATE groups SET promised_position = greatest(promised_position, (SELECT max(place) FROM ranked)) WHERE id = @group)"
            : "";
        await db.ExecuteAsync(
            $"{ranked}{promised} UPDATE {scope.Table} AS row SET position = ranked.place FROM ranked WHERE row.id = ranked.id", scope, [], cancellationToken);
    }

    private static Task<int> ExecuteAsync(
        this IImageHubDb db, string sql, Scope scope, NpgsqlParameter[] parameters, CancellationToken cancellationToken) =>
        db.Database.ExecuteSqlRawAsync(sql, Parameters(scope, parameters), cancellationToken);

    private static object[] Parameters(Scope scope, NpgsqlParameter[] parameters) => [.. parameters, new NpgsqlParameter("group", scope.GroupId)];

    private sealed record Neighbours(long? Before, long? After);
}
