using ImageHub.Application.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageHub.Infrastructure.Secrets;

/// <summary>Registers what encrypts secrets.</summary>
public static class SecretServices
{
    /// <summary>Adds Data Protection with its keys in the database, encrypted by a key that is not there.</summary>
    public static IServiceCollection AddSecrets(this IServiceCollection services)
    {
        services.AddDataProtection().SetApplicationName("ImageHub");
        services.AddSingleton<DatabaseKeyRing>();
        services.AddSingleton<SigningKeyEncryption>();
        services.AddOptions<KeyManagementOptions>().Configure<DatabaseKeyRing, SigningKeyEncryption>((keys, ring, encryption) =>
        {
            keys.XmlRepository = ring;
            keys.XmlEncryptor = encryption;
        });
        services.AddSingleton<FirstProtectionKey>();
        services.AddSingleton<ISecrets, DataProtectedSecrets>();
        return services;
    }

    /// <summary>
    /// Leaves out that keys are read at each start: a database elsewhere may come later, and <see cref="FirstProtectionKey"/> has made the first one when it does. To be
    /// called last, since whatever adds Data Protection adds that, too.
    /// </summary>
    public static IServiceCollection ReadSecretsWhenNeeded(this IServiceCollection services)
    {
        var reader = services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Namespace?.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal) == true);
        services.Remove(reader);
        return services;
    }
}
