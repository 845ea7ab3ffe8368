using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// A query that is translated but never sent. Most of the start-up time is JIT compilation. The translation makes the runtime compile EF Core's methods on
/// another processor while the database starts.
/// </summary>
public static class EarlyQuery
{
    /// <summary>Starts the translation if there is more than one processor.</summary>
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1)
        {
            _ = Task.Run(Translate);
        }
    }

    /// <summary>Translates a query with the parts of most queries: conditions, parameters, an order, columns of another table, and lists.</summary>
    private static string Translate()
    {
        using var db = new ImageHubDb(new DbContextOptionsBuilder<ImageHubDb>().UseImageHubSchema("Host=localhost").UseQueryTrackingBehavior(QueryTrackingBehavior.NoTracking).Options);
        var (most, before) = (12, DateTimeOffset.UnixEpoch);
        return db.Groups
            .Where(group => group.DeletedAt == null && group.IsPublished && group.CreatedAt > before)
            .OrderBy(group => group.Position)
            .Select(group => new
            {
                group.Id,
                group.Title,
                Cover = db.Images.Where(image => image.GroupId == group.Id).OrderBy(image => image.Position).Select(image => new { image.Id, image.Low, image.Tags }).FirstOrDefault(),
            })
            .Take(most)
            .ToQueryString();
    }
}
