using ImageHub.Application.Database;
using ImageHub.Domain.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Webhooks;

/// <summary>
/// Adds events to send. Each event is written in the transaction of the change that it reports, so that neither is committed without the other.
/// <see cref="SendWebhooks"/> finds it within a second of the commit.
/// </summary>
internal sealed class WebhookOutbox(IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookOutbox> logger)
{
    /// <summary>Whether a receiver is configured. If not, no event is written, and callers need not read data for it.</summary>
    public bool IsOpen => options.Value.IsConfigured;

    /// <summary>
    /// Adds an event if a receiver is configured. If too many events of its kind are waiting, logs a warning instead. Requires a transaction.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    public async Task AddAsync<TData>(IImageHubDb db, WebhookKind kind, TData data, CancellationToken cancellationToken)
    {
        if (!IsOpen)
        {
            return;
        }

        if (db.Database.CurrentTransaction is null)
        {
            throw new InvalidOperationException("An event must be added in the transaction of the change that it reports.");
        }

        var now = clock.Now();
        var message = new WebhookMessage<TData>(Guid.CreateVersion7(now), kind, now, data);
        if (!await db.WebhookQueue.TryAddAsync(message.Id, kind, message.ToJson(), now, cancellationToken))
        {
            logger.LogWarning("A webhook of the kind {Kind} is not sent: {Count} are already waiting", kind, WebhookEvent.MaxWaiting);
        }
    }

    /// <summary>
    /// Adds an event and removes the waiting events about the same guest or batch, which the new event replaces. One guest or batch therefore cannot fill the
    /// queue. Requires a transaction.
    /// </summary>
    /// <param name="db">The database.</param>
    /// <param name="kind">The kind of the event.</param>
    /// <param name="data">The data of the event.</param>
    /// <param name="field">The JSON name of the field of <paramref name="data"/> with the id of the guest or batch.</param>
    /// <param name="id">The id of the guest or batch.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="InvalidOperationException">There is no transaction.</exception>
    public async Task ReplaceAsync<TData>(IImageHubDb db, WebhookKind kind, TData data, string field, Guid id, CancellationToken cancellationToken)
    {
        if (IsOpen)
        {
            await db.WebhookQueue.RemoveAsync(kind, field, id, cancellationToken);
        }

        await AddAsync(db, kind, data, cancellationToken);
    }
}
