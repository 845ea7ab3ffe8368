using ImageHub.Application.Database;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>The columns <c>path</c>, <c>is_published</c> and <c>is_hidden_by_parent</c> of groups, and <c>is_published</c> of images.</summary>
internal sealed class GroupTree(ImageHubDb db) : IGroupTree
{
    // Groups and images in the trash are included, so that restoring them needs no further change. Images inside and outside the trash are updated by separate
    // statements, because each index covers only one of the two.
    public Task AlignGroupsBelowAsync(Guid groupId, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        WITH RECURSIVE tree AS (
            SELECT id, path, is_published, is_hidden_by_parent FROM groups WHERE id = {groupId}
            UNION ALL
            SELECT below.id, tree.path || tree.id, setting.is_on AND tree.is_published, setting.is_on AND NOT tree.is_published
            FROM tree
            JOIN groups AS below ON below.parent_id = tree.id
            CROSS JOIN LATERAL (SELECT below.is_published OR below.is_hidden_by_parent AS is_on) AS setting),
        aligned AS (
            UPDATE groups AS below
            SET path = tree.path, is_published = tree.is_published, is_hidden_by_parent = tree.is_hidden_by_parent
            FROM tree
            WHERE below.id = tree.id
                AND (below.path, below.is_published, below.is_hidden_by_parent) IS DISTINCT FROM (tree.path, tree.is_published, tree.is_hidden_by_parent)),
        trashed AS (
            UPDATE images AS image SET is_published = tree.is_published
            FROM tree
            WHERE image.group_id = tree.id AND image.deleted_at IS NOT NULL AND image.is_published <> tree.is_published)
        UPDATE images AS image SET is_published = tree.is_published
        FROM tree
        WHERE image.group_id = tree.id AND image.deleted_at IS NULL AND image.is_published <> tree.is_published
        """,
        cancellationToken);
}
