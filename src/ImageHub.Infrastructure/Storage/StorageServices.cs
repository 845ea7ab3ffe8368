using ImageHub.Application.Storage;
using ImageHub.Application.Thumbnails;
using ImageHub.Application.Trash;
using ImageHub.Application.Uploads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Storage;

/// <summary>Registers the object store and staging.</summary>
public static class StorageServices
{
    /// <summary>Adds the configured store, staging, and the settings of storage, uploads, thumbnails and the trash.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptions<StorageOptions>().BindConfiguration(StorageOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<UploadOptions>().BindConfiguration(UploadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<ThumbnailOptions>().BindConfiguration(ThumbnailOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<TrashOptions>().BindConfiguration(TrashOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IStaging, Staging>();
        services.AddSingleton<IObjectStore>(provider =>
        {
            IObjectStore store = provider.GetRequiredService<IOptions<StorageOptions>>().Value.Provider == StorageProvider.S3
                ? ActivatorUtilities.CreateInstance<S3ObjectStore>(provider)
                : ActivatorUtilities.CreateInstance<FileSystemObjectStore>(provider);
            return new MeasuredObjectStore(ActivatorUtilities.CreateInstance<OwnedObjectStore>(provider, store));
        });
        return services;
    }
}
