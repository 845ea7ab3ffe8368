namespace ImageHub.BrowserTests.Uploads;

/// <summary>Drags of files and folders from the operating system's file manager over a page.</summary>
internal sealed class FileDrag
{
    private readonly ICDPSession session;
    private readonly Dictionary<string, object> data;
    private string step = "dragEnter";

    private FileDrag(ICDPSession session, string[] paths)
    {
        this.session = session;
        data = new(StringComparer.Ordinal) { ["items"] = Array.Empty<object>(), ["files"] = paths, ["dragOperationsMask"] = 1 };
    }

    public static async Task<FileDrag> BeginAsync(IPage page, params string[] paths) => new(await page.Context.NewCDPSessionAsync(page), paths);

    /// <summary>Drags files over the middle of an element and drops them.</summary>
    public static async Task DropAsync(IPage page, ILocator place, params string[] paths)
    {
        var drag = await BeginAsync(page, paths);
        await drag.OverAsync(place);
        await drag.DropAsync(place);
    }

    /// <summary>Moves the files to the middle of an element in several events, as a user's drag does.</summary>
    public async Task OverAsync(ILocator place)
    {
        var (x, y) = await MiddleAsync(place);
        await SendAsync(step, x, y);
        step = "dragOver";
        await SendAsync(step, x + 1, y);
        await SendAsync(step, x, y);
    }

    /// <summary>
    /// Moves the files over the middle of an element until the page shows its overlay. The overlay hides half a second after the last event, so the events
    /// are repeated, as browsers do.
    /// </summary>
    public Task OverAsync(ILocator place, ILocator shown)
    {
        Func<Task<bool>> isShown = async () =>
        {
            await OverAsync(place);
            return await shown.IsVisibleAsync();
        };
        return isShown.ShouldBecomeAsync(true);
    }

    /// <summary>Drops the files, unless the page refused them at the last <see cref="OverAsync(ILocator)"/>.</summary>
    public async Task DropAsync(ILocator place)
    {
        var (x, y) = await MiddleAsync(place);
        await SendAsync("drop", x, y);
        await session.DetachAsync();
    }

    private static async Task<(double X, double Y)> MiddleAsync(ILocator place)
    {
        await place.ScrollIntoViewIfNeededAsync();
        var box = (await place.BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }

    private async Task SendAsync(string type, double x, double y) =>
        await session.SendAsync("Input.dispatchDragEvent", new(StringComparer.Ordinal) { ["type"] = type, ["x"] = x, ["y"] = y, ["data"] = data });
}
