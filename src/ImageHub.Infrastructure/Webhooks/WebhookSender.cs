using ImageHub.Application.Database;
using ImageHub.Application.Webhooks;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Webhooks;

/// <summary>
/// Sends <see cref="SendWebhooks"/> every second on each instance if a receiver is configured. A Quartz job is not used, because it would write several rows
/// for each run.
/// </summary>
internal sealed class WebhookSender(StartUp start, IServiceScopeFactory scopes, DatabaseState database, IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookSender> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Url.Length == 0 || !start.IsServer)
        {
            return;
        }

        var isFailing = false;
        using var timer = new PeriodicTimer(SendWebhooks.Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (!database.IsPrepared)
            {
                continue;
            }

            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SendWebhooks(), stoppingToken);
                isFailing = false;
            }
            catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
            {
                // Logged once for each outage, because outages are also reported elsewhere.
                if (!isFailing || DatabaseOutage.IsProtocolError(exception))
                {
                    logger.LogWarning(DatabaseOutage.ForLog(exception), "Webhooks wait for the database: {Reason}", DatabaseOutage.FindReason(exception));
                }

                isFailing = true;
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogError(exception, "Sending webhooks failed unexpectedly");
            }
        }
    }
}
