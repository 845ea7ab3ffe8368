using ImageHub.Application.Imports;
using ImageHub.Application.OneDrive;
using ImageHub.Infrastructure.Jobs;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Infrastructure.OneDrive;

/// <summary>Registers OneDrive.</summary>
public static class OneDriveServices
{
    /// <summary>Adds Microsoft Graph, the sign-in, downloads, the start of imports, and the settings of OneDrive.</summary>
    public static IServiceCollection AddOneDrive(this IServiceCollection services)
    {
        services.AddOptions<OneDriveOptions>().BindConfiguration(OneDriveOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IMicrosoftSignIn, MicrosoftSignIn>();
        services.AddSingleton<IDrive, GraphDrive>();
        services.AddSingleton<IDownloads, GuardedDownloads>();
        services.AddSingleton<IImportJobs, QuartzImportJobs>();
        return services;
    }
}
