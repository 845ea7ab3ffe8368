using ImageHub.Application.Variants;
using ImageHub.Testing;

namespace ImageHub.UnitTests.Variants;

public sealed class RenderBackoffTests
{
    private readonly ShiftedClock clock = new();
    private readonly RenderBackoff<MakeAlternates> backoff;

    public RenderBackoffTests() => backoff = new RenderBackoff<MakeAlternates>(clock);

    [Fact]
    public void An_image_is_skipped_for_a_growing_time_of_at_most_a_day()
    {
        var image = Guid.NewGuid();
        var waits = new List<int>();
        for (var attempt = 0; attempt < 10; attempt++)
        {
            backoff.Add(image);
            var minutes = 0;
            for (; backoff.FindSkipped().Contains(image); minutes++)
            {
                clock.Advance(TimeSpan.FromMinutes(1));
            }

            waits.Add(minutes);
        }

        waits.ShouldBe([10, 20, 40, 80, 160, 320, 640, 1280, 1440, 1440]);
    }

    [Fact]
    public void A_rendered_image_starts_again_with_the_shortest_time()
    {
        var image = Guid.NewGuid();
        backoff.Add(image);
        backoff.Add(image);
        backoff.Remove(image);
        backoff.FindSkipped().ShouldBeEmpty();

        backoff.Add(image);
        clock.Advance(TimeSpan.FromMinutes(10));

        backoff.FindSkipped().ShouldBeEmpty();
    }

    [Fact]
    public void The_number_of_skipped_images_is_limited()
    {
        for (var image = 0; image < 3_000; image++)
        {
            backoff.Add(Guid.NewGuid());
        }

        backoff.FindSkipped().Count.ShouldBeInRange(1, 1_000);
    }
}
