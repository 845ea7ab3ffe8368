using ImageHub.Domain.Webhooks;

namespace ImageHub.Application.Webhooks;

/// <summary>The rows of events that wait to be sent.</summary>
public interface IWebhookQueue
{
    /// <summary>Adds an event that is due now, unless <see cref="WebhookEvent.MaxWaiting"/> events of its kind are waiting. Requires a transaction.</summary>
    /// <returns>Whether the event was added.</returns>
    Task<bool> TryAddAsync(Guid id, WebhookKind kind, string body, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes the waiting events of a kind whose data have an id in a field. Requires a transaction.</summary>
    Task RemoveAsync(WebhookKind kind, string field, Guid id, CancellationToken cancellationToken);

    /// <summary>Reserves due events for <see cref="WebhookEvent.Lease"/> and counts the attempt. Skips events that other instances have reserved.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="limit">The maximum number of events.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<WebhookEvent>> TakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
