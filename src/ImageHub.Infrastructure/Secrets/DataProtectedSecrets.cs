using System.Security.Cryptography;
using ImageHub.Application.Secrets;
using Microsoft.AspNetCore.DataProtection;

namespace ImageHub.Infrastructure.Secrets;

/// <summary>Encrypts secrets with ASP.NET Core Data Protection.</summary>
internal sealed class DataProtectedSecrets(IDataProtectionProvider provider) : ISecrets
{
    public string Protect(string purpose, string text) => provider.CreateProtector(purpose).Protect(text);

    public string? Unprotect(string purpose, string text)
    {
        try
        {
            return provider.CreateProtector(purpose).Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
