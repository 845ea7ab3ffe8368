using ImageHub.Application.Secrets;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;

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
}
