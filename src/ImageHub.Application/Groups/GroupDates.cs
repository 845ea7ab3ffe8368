using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Groups;

/// <summary>The first and last day on which a group's images were taken, in the camera's local time; null if unknown.</summary>
internal sealed record GroupDates(DateOnly? First, DateOnly? Last);

/// <summary>Reads the dates from both ends of an index, so the cost does not depend on the number of images.</summary>
internal static class GroupDatesQuery
{
    /// <summary>Finds the dates of a group.</summary>
    /// <param name="db">The database.</param>
    /// <param name="visible">The images visible to the caller.</param>
    /// <param name="groupId">The group.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async Task<GroupDates> FindDatesAsync(this IImageHubDb db, IQueryable<Image> visible, Guid groupId, CancellationToken cancellationToken)
    {
        var dated = visible.Where(image => image.GroupId == groupId && image.TakenAt != null);
        var ends = await db.AllGroups
            .Where(group => group.Id == groupId)
            .Select(_ => new { First = dated.Min(image => image.TakenAt), Last = dated.Max(image => image.TakenAt) })
            .SingleOrDefaultAsync(cancellationToken);
        return new GroupDates(DayOf(ends?.First), DayOf(ends?.Last));
    }

    private static DateOnly? DayOf(DateTime? time) => time is { } known ? DateOnly.FromDateTime(known) : null;
}
