namespace ImageHub.Application.Variants;

/// <summary>
/// Images that a background job could not render for a temporary reason. Each image is skipped for a time that doubles with every attempt, so that a file that
/// always takes too long is not tried every minute. After a restart, all images are tried again.
/// </summary>
/// <typeparam name="TJob">The job.</typeparam>
internal sealed class RenderBackoff<TJob>(TimeProvider clock)
{
    private const int MaxImages = 1_000;
    private const int FirstMinutes = 10;
    private const int LongestMinutes = 24 * 60;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, (long Since, int Attempts)> images = [];

    /// <summary>Returns the images to skip now.</summary>
    public IReadOnlyCollection<Guid> FindSkipped()
    {
        lock (gate)
        {
            return [.. images.Where(image => clock.GetElapsedTime(image.Value.Since) < WaitAfter(image.Value.Attempts)).Select(image => image.Key)];
        }
    }

    /// <summary>Skips an image from now on: for ten minutes, or for twice the last time, but at most for a day.</summary>
    /// <returns>The number of attempts that failed.</returns>
    public int Add(Guid imageId)
    {
        lock (gate)
        {
            var attempts = images.GetValueOrDefault(imageId).Attempts + 1;
            if (images.Count >= MaxImages)
            {
                images.Clear();
            }

            images[imageId] = (clock.GetTimestamp(), attempts);
            return attempts;
        }
    }

    /// <summary>Forgets an image that could be rendered.</summary>
    public void Remove(Guid imageId)
    {
        lock (gate)
        {
            images.Remove(imageId);
        }
    }

    private static TimeSpan WaitAfter(int attempts) => TimeSpan.FromMinutes(Math.Min(FirstMinutes * Math.Pow(2, attempts - 1), LongestMinutes));
}
