using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace ImageHub.Application.Backups;

/// <summary>
/// The rule that decides which backups are kept: the newest backup of each of the last days, weeks and months. Days, ISO 8601 weeks and months are in UTC and
/// are counted only if they have a backup, so that old backups stay while no new ones are made.
/// </summary>
/// <param name="Days">The number of days, or 0.</param>
/// <param name="Weeks">The number of weeks, or 0.</param>
/// <param name="Months">The number of months, or 0.</param>
public sealed record BackupRetention(int Days, int Weeks, int Months)
{
    /// <summary>The values that <see cref="TryParse"/> accepts, as the end of an error message.</summary>
    public const string Allowed = "days, weeks and months such as 7d,4w,12m, each at most once and from 1 to 999";

    private const int MaxDigits = 3;

    /// <summary>Parses a rule such as <c>7d,4w,12m</c>.</summary>
    /// <returns>Whether the text is a rule: one to three numbers from 1 to 999, each with a different unit: <c>d</c>, <c>w</c> or <c>m</c>.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out BackupRetention? retention)
    {
        retention = null;
        var numbers = new Dictionary<char, int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Length is < 2 or > MaxDigits + 1
                || part[^1] is not ('d' or 'w' or 'm')
                || !int.TryParse(part.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number == 0
                || !numbers.TryAdd(part[^1], number))
            {
                return false;
            }
        }

        retention = new BackupRetention(numbers.GetValueOrDefault('d'), numbers.GetValueOrDefault('w'), numbers.GetValueOrDefault('m'));
        return true;
    }

    /// <summary>Finds the backups to keep. The newest one is always kept.</summary>
    /// <param name="times">The times of all backups, in any order.</param>
    /// <returns>The times of the kept backups, the newest first.</returns>
    public IReadOnlyList<DateTimeOffset> FindKept(IEnumerable<DateTimeOffset> times)
    {
        var newestFirst = times.OrderDescending().ToArray();
        return
        [
            .. newestFirst.Take(1)
                .Concat(FindNewest(newestFirst, Days, at => (at.Year, at.DayOfYear)))
                .Concat(FindNewest(newestFirst, Weeks, at => (ISOWeek.GetYear(at), ISOWeek.GetWeekOfYear(at))))
                .Concat(FindNewest(newestFirst, Months, at => (at.Year, at.Month)))
                .Distinct()
                .OrderDescending(),
        ];
    }

    private static IEnumerable<DateTimeOffset> FindNewest(DateTimeOffset[] newestFirst, int count, Func<DateTime, (int Year, int Number)> findPeriod) =>
        newestFirst.DistinctBy(at => findPeriod(at.UtcDateTime)).Take(count);
}
