using ImageHub.Application.Database;
using ImageHub.Domain.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Webhooks;

/// <summary>
/// Events waiting to be sent. Each event is written in the transaction of the change that it reports, so that neither exists without the other. <see
/// cref="SendWebhooks"/> finds it within a second of the commit.
/// </summary>
internal sealed class WebhookOutbox(IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookOutbox> logger)
{
    /// <summary>Whether a receiver is configured. Without one, no event is written, and no data need be read for it.</summary>
    public bool IsOpen => options.Value.IsConfigured;

    /// <summary>Within a transaction, adds an event if a receiver is configured. If too many events of its kind are waiting, logs a warning instead.</summary>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    public async Task AddAsync<TData>(IImageHubDb db, WebhookKind kind, TData data, CancellationToken cancellationToken)
    {
        if (!IsOpen)
        {
            return;
        }

        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("An event belongs into the transaction of what it tells.");
        }

        var now = clock.Now();
        var message = new WebhookMessage<TData>(Guid.CreateVersion7(now), kind, now, data);
        if (!await db.WebhookQueue.TryAddAsync(message.Id, kind, message.ToJson(), now, cancellationToken))
        {
            logger.LogWarning("A webhook of the kind {Kind} is not sent: {Count} of them wait already", kind, WebhookEvent.MaxWaiting);
        }
    }

    /// <summary>
    /// Within a transaction, adds the event of a guest's submission and removes the same guest's waiting events, whether attempted or not: the new event
    /// includes them, and one guest does not use up the places of others.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    public async Task ReplaceAsync(IImageHubDb db, FavouritesSubmitted data, CancellationToken cancellationToken)
    {
        if (IsOpen)
        {
            await db.WebhookQueue.RemoveSubmissionsAsync(data.GuestId, cancellationToken);
        }

        await AddAsync(db, WebhookKind.FavouritesSubmitted, data, cancellationToken);
    }
}
