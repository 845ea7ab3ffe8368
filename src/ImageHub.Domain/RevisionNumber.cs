namespace ImageHub.Domain;

/// <summary>
/// The numbers of revisions, which are part of addresses, entity tags and object keys. A gallery that is restored from a backup must not use a number again that
/// it had used after the backup, because caches and later backups have the former bytes. New numbers therefore contain the time.
/// </summary>
public static class RevisionNumber
{
    private const int LastMinute = int.MaxValue / 2;

    // A mark is below int.MaxValue / 4096 (ImageVariant.Mark).
    private const int LastHour = 400_000;

    private static readonly DateTimeOffset Start = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The number after another one: at least the minutes since 2020.</summary>
    public static int After(int current, DateTimeOffset now) => After(current, (now - Start).TotalMinutes, LastMinute);

    /// <summary>
    /// The number of the watermark after another one: at least the hours since 2020. After more than one change an hour, a restored gallery can use a number again.
    /// </summary>
    public static int MarkAfter(int current, DateTimeOffset now) => After(current, (now - Start).TotalHours, LastHour);

    private static int After(int current, double time, int last) => Math.Max(current + 1, time >= 0 && time <= last ? (int)time : 0);
}
