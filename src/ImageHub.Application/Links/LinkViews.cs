using ImageHub.Application.Database;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Links;

/// <summary>
/// Counts views of image links. Views that arrive while a statement runs are combined in the next statement. Otherwise the updates of a popular link's row
/// would queue up.
/// </summary>
internal sealed class LinkViews(IServiceScopeFactory scopes)
{
    private readonly Lock gate = new();
    private SortedDictionary<Guid, int> waiting = [];
    private Task last = Task.CompletedTask;
    private Task? next;

    /// <summary>Counts a view. The count is committed when the task completes.</summary>
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
        // Waits for the previous write and ignores its error, which the callers of that write receive.
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
