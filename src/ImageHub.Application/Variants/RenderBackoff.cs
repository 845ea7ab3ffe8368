namespace ImageHub.Application.Variants;

/// <summary>
/// Images that could not be rendered in the background for a reason of the moment. Each image is skipped for a time that doubles with every attempt, so that a
/// file that always takes too long does not return every minute. After a restart, all images are tried again.
/// </summary>
internal sealed class RenderBackoff(TimeProvider clock)
{
    private const int MaxImages = 1_000;

    private static readonly TimeSpan First = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, (long Since, TimeSpan Wait)> images = [];

    /// <summary>Returns the images to skip now.</summary>
    public IReadOnlyCollection<Guid> FindSkipped()
    {
        lock (gate)
        {
            return [.. images.Where(image => clock.GetElapsedTime(image.Value.Since) < image.Value.Wait).Select(image => image.Key)];
        }
    }

    /// <summary>Skips an image from now on: for ten minutes, or for twice the last time, but at most for a day.</summary>
    public void Add(Guid imageId)
    {
        lock (gate)
        {
            var wait = images.TryGetValue(imageId, out var known) ? known.Wait * 2 : First;
            if (images.Count >= MaxImages)
            {
                images.Clear();
            }

            images[imageId] = (clock.GetTimestamp(), wait < Longest ? wait : Longest);
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
}
