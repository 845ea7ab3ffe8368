using ImageHub.Application.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
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
        services.AddDataProtection()
            .SetApplicationName("ImageHub")
            .UseCryptographicAlgorithms(new() { EncryptionAlgorithm = EncryptionAlgorithm.AES_256_GCM });
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
    /// Removes the service that reads keys at startup, because the database may not be available yet. Call this last, because every registration of Data
    /// Protection adds the service again.
    /// </summary>
    public static IServiceCollection ReadSecretsWhenNeeded(this IServiceCollection services)
    {
        var reader = services.Single(service => service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Namespace?.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal) == true);
        services.Remove(reader);
        return services;
    }
}
