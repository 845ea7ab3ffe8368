using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using MediatR;

namespace ImageHub.Application.Images;

/// <summary>The months in which the images were taken that the caller lists, the latest first; for admins also users' images count.</summary>
public sealed record ListMonths : IRequest<MonthList>
{
    /// <summary>How many months an answer has at most: a hundred years of them.</summary>
    internal const int Max = 1_200;
}

/// <summary>The months in which images were taken.</summary>
/// <param name="Items">At most the latest 1,200; those without an image are left out.</param>
public sealed record MonthList(IReadOnlyList<MonthCount> Items);

/// <summary>A month.</summary>
/// <param name="Month">Year and month of the camera's local time, else of the upload's time in UTC: <c>2026-07</c>.</param>
/// <param name="Count">How many images there are.</param>
public sealed record MonthCount(string Month, int Count);

internal sealed class ListMonthsHandler(IImageHubDb db, ICaller caller) : IRequestHandler<ListMonths, MonthList>
{
    public async Task<MonthList> Handle(ListMonths request, CancellationToken cancellationToken)
    {
        var months = await db.FacetCounts.ReadLastAsync(FacetKind.Month, caller.CountedFor(), ListMonths.Max, cancellationToken);
        return new MonthList([.. months.Select(month => new MonthCount(month.Value, month.Count))]);
    }
}
