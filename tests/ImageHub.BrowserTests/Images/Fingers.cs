namespace ImageHub.BrowserTests.Images;

/// <summary>Touch gestures on a phone's screen.</summary>
internal sealed class Fingers(IPage page, ICDPSession session)
{
    private const int Steps = 8;

    /// <summary>The reported time between two touches, in seconds. It is fixed, so that gestures are quick on slow machines, too.</summary>
    private const double Pace = 0.016;

    private double time;

    public static async Task<Fingers> OnAsync(IPage page) => new(page, await page.Context.NewCDPSessionAsync(page));

    /// <summary>Moves one finger from a point to another.</summary>
    public async Task SwipeAsync((int X, int Y) from, (int X, int Y) to)
    {
        Begin();
        await SendAsync("touchStart", from);
        for (var step = 1; step <= Steps; step++)
        {
            await SendAsync("touchMove", (Between(from.X, to.X, step), Between(from.Y, to.Y, step)));
        }

        await SendAsync("touchEnd");
    }

    /// <summary>Moves two fingers apart or together around a point, between two distances in pixels.</summary>
    public async Task PinchAsync((int X, int Y) at, int from, int to)
    {
        Begin();
        await SendAsync("touchStart", Pair(from));
        for (var step = 1; step <= Steps; step++)
        {
            await SendAsync("touchMove", Pair(Between(from, to, step)));
        }

        await SendAsync("touchEnd");

        (int, int)[] Pair(int distance) => [(at.X - (distance / 2), at.Y), (at.X + (distance / 2), at.Y)];
    }

    public async Task DoubleTapAsync((int X, int Y) at)
    {
        Begin();
        for (var tap = 1; tap <= 2; tap++)
        {
            await SendAsync("touchStart", at);
            await SendAsync("touchEnd");
        }
    }

    /// <summary>Holds one finger in place until it has had an effect.</summary>
    public async Task RestAsync((int X, int Y) at, Func<Task> seen)
    {
        Begin();
        await SendAsync("touchStart", at);
        await seen();
        Begin();
        await SendAsync("touchEnd");
    }

    /// <summary>Moves the gesture's clock to the present, because a page loaded since the last gesture ignores earlier timestamps.</summary>
    private void Begin() => time = Math.Max(time, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);

    private static int Between(int from, int to, int step) => from + ((to - from) * step / Steps);

    private async Task SendAsync(string type, params (int X, int Y)[] points)
    {
        time += Pace;
        await session.SendAsync("Input.dispatchTouchEvent", new(StringComparer.Ordinal)
        {
            ["type"] = type,
            ["timestamp"] = time,
            ["touchPoints"] = points.Select((point, id) => new { x = point.X, y = point.Y, id }).ToArray(),
        });

        // Wait a frame, so that the page handles each touch separately.
        await page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
    }
}
