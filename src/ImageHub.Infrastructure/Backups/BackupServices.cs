using ImageHub.Application.Backups;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Backups;

/// <summary>Registers backups.</summary>
public static class BackupServices
{
    /// <summary>Adds the places for backups and their settings.</summary>
    public static IServiceCollection AddBackups(this IServiceCollection services)
    {
        services.AddOptions<BackupOptions>()
            .BindConfiguration(BackupOptions.Section)
            .ValidateDataAnnotations()
            .Validate<IOptions<StorageOptions>>(
                (backup, storage) => !BucketTarget.IsMeant(backup.Target) || backup.FindServer(storage.Value.Provider == StorageProvider.S3 ? storage.Value.S3 : null) is not null,
                $"{BackupOptions.Section}:{nameof(BackupOptions.Target)}: a bucket needs {BackupOptions.NeededForBuckets}.")
            .ValidateOnStart();
        services.AddSingleton<IBackupPlaces>(provider => new BackupPlaces(
            provider.GetRequiredService<IOptions<BackupOptions>>(),
            provider.GetRequiredService<IOptions<StorageOptions>>(),
            provider.GetRequiredService<IStaging>,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<S3ObjectStore>>()));
        return services;
    }
}
