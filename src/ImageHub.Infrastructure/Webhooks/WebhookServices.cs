using ImageHub.Application.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Infrastructure.Webhooks;

/// <summary>Registers webhooks.</summary>
public static class WebhookServices
{
    /// <summary>Adds the receiver, the sender and their settings.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptions<WebhookOptions>().BindConfiguration(WebhookOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IWebhookReceiver, HttpWebhookReceiver>();
        services.AddHostedService<WebhookSender>();
        return services;
    }
}
