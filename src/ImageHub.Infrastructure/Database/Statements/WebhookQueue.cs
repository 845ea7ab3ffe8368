using ImageHub.Application.Webhooks;
using ImageHub.Domain.Webhooks;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>The table <c>webhook_events</c>.</summary>
internal sealed class WebhookQueue(ImageHubDb db) : IWebhookQueue
{
    public async Task<bool> TryAddAsync(Guid id, WebhookKind kind, string body, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO webhook_events (id, kind, body, at, attempts, due_at)
            SELECT {id}, {(int)kind}, {body}, {now}, 0, {now}
            WHERE (SELECT count(*) FROM (SELECT FROM webhook_events WHERE kind = {(int)kind} LIMIT {WebhookEvent.MaxWaiting}) AS waiting) < {WebhookEvent.MaxWaiting}
            """,
            cancellationToken) > 0;

    public Task RemoveAsync(WebhookKind kind, string field, Guid id, CancellationToken cancellationToken)
    {
        var text = id.ToString();
        return db.Database.ExecuteSqlAsync($"DELETE FROM webhook_events WHERE kind = {(int)kind} AND body::jsonb #>> ARRAY['data', {field}] = {text}", cancellationToken);
    }

    public Task<List<WebhookEvent>> TakeDueAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) => db.WebhookEvents
        .FromSql(
            $"""
            WITH due AS MATERIALIZED (SELECT id FROM webhook_events WHERE due_at <= {now} ORDER BY due_at LIMIT {limit} FOR UPDATE SKIP LOCKED)
            UPDATE webhook_events SET attempts = attempts + 1, due_at = {now + WebhookEvent.Lease}
            FROM due WHERE webhook_events.id = due.id
            RETURNING webhook_events.*
            """)
        .ToListAsync(cancellationToken);
}
