
namespace ImageHub.Infrastructure.Database.Configurations;

/// <summary>Conditions that several partial indexes share.</summary>
internal static class RowFilters
{
    public const string Live = "deleted_at IS NULL";
    public const string Trashed = "deleted_at IS NOT NULL";
    public const string Public = "deleted_at IS NULL AND is_published";

    /// <summary>Images outside the trash that do not await approval.</summary>
    public const string Shown = "deleted_at IS NULL AND guest_id IS NULL";

    /// <summary>Images outside the trash that await approval.</summary>
    public const string Pending = "deleted_at IS NULL AND guest_id IS NOT NULL";
    public const string Curated = "owner_id IS NULL AND inbox_of IS NULL";
}
