using ImageHub.Domain.Webhooks;

namespace ImageHub.Application.Webhooks;

/// <summary>The rows of events that wait to be sent.</summary>
public interface IWebhookQueue
{
    /// <summary>Within a transaction, adds an event that is due now, unless <see cref="WebhookEvent.MaxWaiting"/> events of its kind wait.</summary>
    /// <returns>Whether it was added.</returns>
    Task<bool> TryAddAsync(Guid id, WebhookKind kind, string body, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Within a transaction, removes the waiting events of a guest's submissions.</summary>
    Task RemoveSubmissionsAsync(Guid guestId, CancellationToken cancellationToken);

    /// <summary>Takes events that are due and that no other instance takes, for <see cref="WebhookEvent.Lease"/>, and counts the attempt.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="limit">How many events at most.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<List<WebhookEvent>> TakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken);
}
