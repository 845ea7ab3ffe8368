using ImageHub.Application.Database;
using ImageHub.Domain.Webhooks;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Webhooks;

/// <summary>Sends the due events, a few at a time. An event whose attempts all fail is deleted.</summary>
/// <remarks>
/// An instance reserves each event for <see cref="WebhookEvent.Lease"/> before sending it, so that no other instance sends it. If the instance crashes, the
/// event is sent again when the lease ends, so it may arrive twice.
/// </remarks>
public sealed record SendWebhooks : IRequest
{
    /// <summary>The interval at which an instance looks for due events.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
}

/// <summary>The receiver of the webhooks, which the operator configures.</summary>
public interface IWebhookReceiver
{
    /// <summary>Posts a message.</summary>
    /// <returns>Null if the message was accepted; otherwise the reason for the failure.</returns>
    Task<string?> PostAsync(string body, string signature, CancellationToken cancellationToken);
}

internal sealed class SendWebhooksHandler(
    IImageHubDb db, IWebhookReceiver receiver, IOptions<WebhookOptions> options, TimeProvider clock, ILogger<SendWebhooksHandler> logger) : IRequestHandler<SendWebhooks>
{
    private const int Together = 4;

    public async Task<Unit> Handle(SendWebhooks request, CancellationToken cancellationToken)
    {
        List<WebhookEvent> due;
        do
        {
            due = await db.WebhookQueue.TakeDueAsync(clock.Now(), Together, cancellationToken);
            await foreach (var sent in Task.WhenEach(due.ConvertAll(taken => SendAsync(taken, cancellationToken))))
            {
                var (taken, refusal) = await sent;
                await RecordAsync(taken, refusal);
            }
        }
        while (due.Count == Together);
        return Unit.Value;
    }

    private async Task<(WebhookEvent Event, string? Refusal)> SendAsync(WebhookEvent taken, CancellationToken cancellationToken) =>
        (taken, await receiver.PostAsync(taken.Body, WebhookSignature.Sign(options.Value.Secret, clock.GetUtcNow(), taken.Body), cancellationToken));

    /// <summary>
    /// Deletes an event that was accepted or had its last attempt; otherwise sets its next due time. Stopping the server does not cancel this method.
    /// </summary>
    private async Task RecordAsync(WebhookEvent taken, string? refusal)
    {
        if (refusal is null)
        {
            await db.WebhookEvents.Where(row => row.Id == taken.Id).ExecuteDeleteAsync();
            return;
        }

        // Updates the row only if no other attempt has started: if this attempt took longer than its lease, another instance may have reserved the event.
        var mine = db.WebhookEvents.Where(row => row.Id == taken.Id && row.Attempts == taken.Attempts);
        if (WebhookEvent.FindNextAttempt(taken.At, taken.Attempts, clock.Now()) is { } next)
        {
            await mine.ExecuteUpdateAsync(row => row.SetProperty(waiting => waiting.DueAt, next));
            logger.LogInformation("Webhook {Id} ({Kind}) was not accepted, {Reason}; it is sent again at {Next:u}", taken.Id, taken.Kind, refusal, next);
        }
        else if (await mine.ExecuteDeleteAsync() == 1)
        {
            logger.LogWarning("Webhook {Id} ({Kind}) is given up after {Attempts} attempts: {Reason}", taken.Id, taken.Kind, taken.Attempts, refusal);
        }
    }
}
