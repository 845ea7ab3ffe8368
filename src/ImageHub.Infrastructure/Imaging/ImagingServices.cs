using ImageHub.Application.Imaging;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Registers rendering and the reading of metadata.</summary>
public static class ImagingServices
{
    /// <summary>Adds <see cref="ImagingOptions"/>, validated at start, <see cref="IImageRenderer"/> and <see cref="IImageMetadata"/>.</summary>
    public static IServiceCollection AddImaging(this IServiceCollection services)
    {
        services.AddOptions<ImagingOptions>().BindConfiguration(ImagingOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IImageRenderer, VipsImageRenderer>();
        services.AddSingleton<IImageMetadata, Metadata.EmbeddedMetadata>();
        return services;
    }
}
