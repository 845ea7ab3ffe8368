using System.Xml.Linq;
using ImageHub.Application.Accounts;
using ImageHub.Domain.Secrets;
using ImageHub.Infrastructure.Database;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Secrets;

/// <summary>
/// Stores the keys of ASP.NET Core Data Protection in the database, so that all instances share them. Keys encrypted with another signing key are ignored, but
/// not deleted, because that signing key may be configured again.
/// </summary>
internal sealed class DatabaseKeyRing(IServiceScopeFactory scopes, IOptions<JwtOptions> options, TimeProvider clock) : IXmlRepository
{
    private readonly string signingKey = KeyBox.Fingerprint(options.Value);

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var scope = scopes.CreateScope();
        var keys = scope.ServiceProvider.GetRequiredService<ImageHubDb>().ProtectionKeys.Where(key => key.EncryptedWith == signingKey).OrderBy(key => key.Id).ToList();
        return [.. keys.Select(key => XElement.Parse(key.Xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<ImageHubDb>();
        db.ProtectionKeys.Add(new ProtectionKey(Guid.CreateVersion7(clock.GetUtcNow()), signingKey, element.ToString(SaveOptions.DisableFormatting)));
        db.SaveChanges();
    }
}
