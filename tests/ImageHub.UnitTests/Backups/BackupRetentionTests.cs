using System.Globalization;
using ImageHub.Application.Backups;

namespace ImageHub.UnitTests.Backups;

public sealed class BackupRetentionTests
{
    [Theory]
    [InlineData("1d", "", "")]
    [InlineData("1d", "2026-11-25 02:30", "2026-11-25 02:30")]
    [InlineData("1d", "2026-11-25 02:30, 2026-11-25 23:59, 2026-11-25 00:00", "2026-11-25 23:59")]
    [InlineData("2d", "2026-11-23 02:30, 2026-11-24 02:30, 2026-11-24 02:31, 2026-11-25 02:30", "2026-11-25 02:30, 2026-11-24 02:31")]
    [InlineData("2d", "2026-11-24 23:59, 2026-11-25 00:00", "2026-11-25 00:00, 2026-11-24 23:59")]
    // Days without a backup are not counted.
    [InlineData("2d", "2026-01-01 02:30, 2026-03-01 02:30, 2026-11-25 02:30", "2026-11-25 02:30, 2026-03-01 02:30")]
    // The 1st of January 2027 is a Friday in week 53 of 2026, which begins on the 28th of December.
    [InlineData("2w", "2026-12-27 02:30, 2026-12-28 02:30, 2026-12-31 02:30, 2027-01-01 02:30, 2027-01-03 02:30", "2027-01-03 02:30, 2026-12-27 02:30")]
    [InlineData("2w", "2027-01-03 02:30, 2027-01-04 02:30", "2027-01-04 02:30, 2027-01-03 02:30")]
    // The 30th of December 2024 is in week 1 of 2025.
    [InlineData("2w", "2024-12-29 02:30, 2024-12-30 02:30, 2025-01-01 02:30", "2025-01-01 02:30, 2024-12-29 02:30")]
    [InlineData("1m", "2026-10-31 23:59, 2026-11-01 00:00, 2026-11-02 00:00", "2026-11-02 00:00")]
    [InlineData("3m", "2024-02-29 02:30, 2025-11-30 02:30, 2025-12-01 02:30, 2025-12-31 02:30, 2026-11-01 00:00", "2026-11-01 00:00, 2025-12-31 02:30, 2025-11-30 02:30")]
    [InlineData("999m", "2024-02-29 02:30, 2024-03-01 02:30", "2024-03-01 02:30, 2024-02-29 02:30")]
    // A backup can be the newest of a day, of a week and of a month; each rule is counted on its own.
    [InlineData(
        "2d,2w,2m",
        "2026-10-01 02:30, 2026-10-31 02:30, 2026-11-14 02:30, 2026-11-15 02:30, 2026-11-21 02:30, 2026-11-22 02:30, 2026-11-23 02:30, 2026-11-24 02:30, 2026-11-25 02:30",
        "2026-11-25 02:30, 2026-11-24 02:30, 2026-11-22 02:30, 2026-10-31 02:30")]
    public void A_rule_keeps_the_newest_backup_of_each_period(string rule, string times, string kept)
    {
        BackupRetention.TryParse(rule, out var retention).ShouldBeTrue();

        retention.FindKept(Parse(times)).ShouldBe(Parse(kept));
        retention.FindKept(Parse(times).Reverse()).ShouldBe(Parse(kept));
    }

    [Fact]
    public void A_daily_backup_for_two_years_leaves_20_backups()
    {
        BackupRetention.TryParse("7d,4w,12m", out var retention).ShouldBeTrue();
        var last = new DateTimeOffset(2026, 11, 25, 2, 30, 0, TimeSpan.Zero);

        var kept = retention.FindKept(Enumerable.Range(0, 730).Select(day => last.AddDays(-day)));

        // Days: the 19th to the 25th of November. Weeks: the weeks that end on the 15th and the 8th add a backup each. Months: the last day of each
        // month from October 2026 back to December 2025.
        kept.Count.ShouldBe(20);
        kept[^1].ShouldBe(new DateTimeOffset(2025, 12, 31, 2, 30, 0, TimeSpan.Zero));
        retention.FindKept(kept).ShouldBe(kept);
    }

    [Fact]
    public void Times_are_compared_in_UTC()
    {
        var (late, early) = (new DateTimeOffset(2026, 11, 25, 1, 0, 0, TimeSpan.FromHours(2)), new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero));

        new BackupRetention(2, 0, 0).FindKept([late, early]).ShouldBe([late]);
    }

    [Theory]
    [InlineData("7d", 7, 0, 0)]
    [InlineData("7d,4w,12m", 7, 4, 12)]
    [InlineData("12m, 7d", 7, 0, 12)]
    [InlineData("999w", 0, 999, 0)]
    public void A_rule_is_read(string text, int days, int weeks, int months)
    {
        BackupRetention.TryParse(text, out var retention).ShouldBeTrue();
        retention.ShouldBe(new BackupRetention(days, weeks, months));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("d")]
    [InlineData("0d")]
    [InlineData("-1d")]
    [InlineData("1000d")]
    [InlineData("7d,")]
    [InlineData("7d,7d")]
    [InlineData("7D")]
    [InlineData("7y")]
    [InlineData("7d;4w")]
    [InlineData("1.5d")]
    public void A_wrong_rule_is_refused(string text) => BackupRetention.TryParse(text, out _).ShouldBeFalse();

    private static IEnumerable<DateTimeOffset> Parse(string times) => times
        .Split(", ", StringSplitOptions.RemoveEmptyEntries)
        .Select(time => DateTimeOffset.ParseExact(time, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal));
}
