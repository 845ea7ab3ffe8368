using System.Data.Common;
using ImageHub.Application.Database;
using ImageHub.Application.Webhooks;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Webhooks;

/// <summary>Sends <see cref="SendWebhooks"/> each second on each instance, where there is a receiver. A job of Quartz would write several rows each time.</summary>
internal sealed class WebhookSender(IServiceScopeFactory scopes, DatabaseState database, IOptions<WebhookOptions> options, TimeProvider clock, ILogger<WebhookSender> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Url.Length == 0)
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
            catch (Exception exception) when (exception is DbException or InvalidOperationException { InnerException: DbException })
            {
                // Once: what is wrong with the database is told elsewhere.
                if (!isFailing)
                {
                    logger.LogWarning("Webhooks wait for the database: {Reason}", exception.Message);
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
