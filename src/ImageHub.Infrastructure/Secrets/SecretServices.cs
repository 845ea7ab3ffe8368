using ImageHub.Application.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImageHub.Infrastructure.Secrets;

/// <summary>Registers the encryption of secrets.</summary>
public static class SecretServices
{
    /// <summary>Adds Data Protection with its keys in the database, encrypted with a key that is stored elsewhere.</summary>
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
    /// Prevents keys from being read at startup: an external database may become available later, and <see cref="FirstProtectionKey"/> then
    /// creates the first key. Call last, since every registration of Data Protection adds it again.
    /// </summary>
    public static IServiceCollection ReadSecretsWhenNeeded(this IServiceCollection services)
    {
        var reader = services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Namespace?.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal) == true);
        services.Remove(reader);
        return services;
    }
}
