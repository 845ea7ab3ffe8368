using ImageHub.Application.Errors;
using ImageHub.Application.OneDrive;
using ImageHub.Testing;

namespace ImageHub.UnitTests.OneDrive;

public sealed class OneDriveRetriesTests
{
    [Fact]
    public async Task Requested_delays_end_after_half_an_hour_and_three_more_attempts()
    {
        var clock = new ManualClock();
        var tries = 0;
        var work = new OneDriveRetries(clock).TryAsync(RefuseAsync, TestContext.Current.CancellationToken);

        while (!work.IsCompleted && tries < 20)
        {
            await Polling.EventuallyAsync(() => work.IsCompleted || clock.Running == 1);
            clock.Advance(TimeSpan.FromMinutes(10));
        }

        tries.ShouldBe(7);
        (await Should.ThrowAsync<ProblemException>(work)).Problem.ShouldBe(Problems.OneDriveUnavailable);

        Task<string> RefuseAsync()
        {
            tries++;
            throw new ProblemException(Problems.OneDriveUnavailable, "OneDrive asks to wait.") { RetryAfter = TimeSpan.FromMinutes(10) };
        }
    }
}
