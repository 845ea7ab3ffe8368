
namespace ImageHub.Infrastructure.Database.Configurations;

/// <summary>Index filters shared by several tables.</summary>
internal static class RowFilters
{
    public const string Live = "deleted_at IS NULL";
    public const string Trashed = "deleted_at IS NOT NULL";
    public const string Public = "deleted_at IS NULL AND is_published";
    public const string Curated = "owner_id IS NULL";
}
