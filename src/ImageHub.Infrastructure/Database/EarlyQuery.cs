using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database;

/// <summary>
/// A query that is translated and never sent. Most of a start's time is the runtime's, which compiles each method at its first call; those of EF Core
/// can be compiled before there is a database to ask, on another processor than the one that puts the program together.
/// </summary>
public static class EarlyQuery
{
    /// <summary>Begins to translate it, where there is another processor.</summary>
    public static void Begin()
    {
        if (Environment.ProcessorCount > 1)
        {
            _ = Task.Run(Translate);
        }
    }

    /// <summary>With what most queries have: conditions, parameters, an order, columns of another table, and lists.</summary>
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
