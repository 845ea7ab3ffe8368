using ImageHub.Application.Database;
using ImageHub.Domain.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Webhooks;

/// <summary>
/// Events that wait to be sent. Each is written in the transaction of what it tells, so that one is there exactly if the other is; <see cref="SendWebhooks"/> finds it
/// within a second of the commit.
/// </summary>
internal sealed class WebhookOutbox(IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookOutbox> logger)
{
    /// <summary>Whether there is a receiver. Without one nothing is written, and nothing need be read for it.</summary>
    public bool IsOpen => options.Value.IsConfigured;

    /// <summary>Within a transaction, adds an event, if there is a receiver. Where too many of its kind wait, it is left out, and the log says so.</summary>
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
    /// Within a transaction, adds an event of a guest's submission in place of those of the same guest that wait, tried or not: it says all that they do, and one guest
    /// does not take the place of others.
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
