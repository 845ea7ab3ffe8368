using System.Globalization;
using ImageHub.Domain.Webhooks;

namespace ImageHub.UnitTests.Webhooks;

public sealed class WebhookEventTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_webhook_is_tried_ten_times_with_growing_pauses_and_the_last_time_after_a_day()
    {
        var times = new List<string>();
        DateTimeOffset? next = At;
        for (var attempt = 1; next is { } now; attempt++)
        {
            times.Add((now - At).ToString("c", CultureInfo.InvariantCulture));
            next = WebhookEvent.FindNextAttempt(At, attempt, now);
        }

        times.ShouldBe(["00:00:00", "00:00:10", "00:01:10", "00:06:10", "00:36:10", "02:36:10", "06:36:10", "14:36:10", "22:36:10", "1.00:00:00"]);
    }

    [Fact]
    public void A_webhook_older_than_a_day_is_tried_once() => WebhookEvent.FindNextAttempt(At, 1, At.AddDays(3)).ShouldBeNull();
}
