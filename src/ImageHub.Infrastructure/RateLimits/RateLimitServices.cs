using ImageHub.Application.RateLimits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.RateLimits;

/// <summary>Registers rate limits.</summary>
public static class RateLimitServices
{
    /// <summary>Adds the settings of rate limits and the limiter, which counts in this process or in Redis.</summary>
    public static IServiceCollection AddRateLimits(this IServiceCollection services)
    {
        services.AddOptions<ThrottleOptions>().BindConfiguration(ThrottleOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<RateLimitOptions>()
            .BindConfiguration(RateLimitOptions.Section)
            .ValidateDataAnnotations()
            .Validate(
                options => options.Redis is null || RedisConnection.IsAddress(options.Redis),
                "RateLimits:Redis: it must be the address of a Redis, such as redis.example:6379,password=secret.")
            .ValidateOnStart();
        services.AddSingleton<InProcessRateLimiter>();
        services.AddSingleton<IRateLimiter>(provider =>
        {
            var inProcess = provider.GetRequiredService<InProcessRateLimiter>();
            return provider.GetRequiredService<IOptions<RateLimitOptions>>().Value is { Redis: { } address } options
                ? new RedisRateLimiter(
                    new RedisConnection(
                        address,
                        TimeSpan.FromMilliseconds(options.RedisTimeoutMilliseconds),
                        provider.GetRequiredService<TimeProvider>(),
                        provider.GetRequiredService<ILogger<RedisConnection>>()),
                    inProcess)
                : inProcess;
        });
        return services;
    }
}
