using ImageHub.Application.Imaging;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Infrastructure.Imaging.Workers;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Registers rendering.</summary>
public static class ImagingServices
{
    /// <summary>Adds <see cref="ImagingOptions"/>, which are validated at start, <see cref="ISidecars"/> and <see cref="IImageRenderer"/>.</summary>
    public static IServiceCollection AddImaging(this IServiceCollection services)
    {
        services.AddOptions<ImagingOptions>().BindConfiguration(ImagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ISidecars, Sidecars>();
        services.AddSingleton<WorkerDispatcher>();
        services.AddSingleton<IImageRenderer, WorkerImageRenderer>();
        return services;
    }
}
