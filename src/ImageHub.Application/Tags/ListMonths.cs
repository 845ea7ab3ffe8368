using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Tags;

/// <summary>
/// Lists the months in which the images visible to the caller were taken, latest first. For admins and editors, the images include users' images.
/// </summary>
/// <param name="WithUsersImages">False for images of groups only.</param>
public sealed record ListMonths(bool? WithUsersImages) : IRequest<MonthList>
{
    /// <summary>The maximum number of months in a response.</summary>
    internal const int Max = 1_200;
}

/// <summary>The months in which images were taken.</summary>
/// <param name="Items">At most the latest 1,200 months; months without images are omitted.</param>
public sealed record MonthList(IReadOnlyList<MonthCount> Items);

/// <summary>A month.</summary>
/// <param name="Month">Year and month in the camera's local time or, if unknown, of the upload time in UTC: <c>2026-07</c>.</param>
/// <param name="Count">The number of images.</param>
public sealed record MonthCount(string Month, int Count);

internal sealed class ListMonthsHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListMonths, MonthList>
{
    public async Task<MonthList> Handle(ListMonths request, CancellationToken cancellationToken)
    {
        var months = await db.FacetCounts.ReadLastAsync(FacetKind.Month, caller.CountedFor(request.WithUsersImages ?? true), ListMonths.Max, cancellationToken);
        return new MonthList([.. months.Select(month => new MonthCount(month.Value, month.Count))]);
    }
}
