using ImageHub.Domain.Webhooks;

namespace ImageHub.Application.Webhooks;

/// <summary>The rows of events waiting to be sent.</summary>
public interface IWebhookQueue
{
    /// <summary>Within a transaction, adds an event that is due now, unless <see cref="WebhookEvent.MaxWaiting"/> events of its kind are waiting.</summary>
    /// <returns>Whether the event was added.</returns>
    Task<bool> TryAddAsync(Guid id, WebhookKind kind, string body, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Within a transaction, removes the waiting events of a guest's submissions.</summary>
    Task RemoveSubmissionsAsync(Guid guestId, CancellationToken cancellationToken);

    /// <summary>Takes due events for <see cref="WebhookEvent.Lease"/>, skipping those of other instances, and counts the attempt.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="limit">The maximum number of events.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<WebhookEvent>> TakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
