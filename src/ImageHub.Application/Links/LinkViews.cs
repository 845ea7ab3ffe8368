using ImageHub.Application.Database;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Links;

/// <summary>
/// Counts how often links to images are followed. What comes while a statement runs shares the next one: a link that many follow at once has
/// one row, whose commits would come one behind the other.
/// </summary>
internal sealed class LinkViews(IServiceScopeFactory scopes)
{
    private readonly Lock gate = new();
    private SortedDictionary<Guid, int> waiting = [];
    private Task last = Task.CompletedTask;
    private Task? next;

    /// <summary>Counts a view; it is committed when the task ends.</summary>
    public Task CountAsync(Guid linkId)
    {
        lock (gate)
        {
            waiting[linkId] = waiting.GetValueOrDefault(linkId) + 1;
            if (next is null)
            {
                var before = last;
                next = last = Task.Run(() => WriteAfterAsync(before));
            }

            return next;
        }
    }

    private async Task WriteAfterAsync(Task before)
    {
        // Its failure is for those who wait for it.
        await before.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        SortedDictionary<Guid, int> counted;
        lock (gate)
        {
            (counted, waiting, next) = (waiting, [], null);
        }

        var (ids, views) = (counted.Keys.ToArray(), counted.Values.ToArray());
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IImageHubDb>().AtomicChanges.AddLinkViewsAsync(ids, views);
    }
}
