using ImageHub.Testing;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption;
using Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.ApiTests.Secrets;

/// <summary>The encryption of secrets in the database.</summary>
public sealed class SecretTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public void New_keys_encrypt_with_AES_256_in_Galois_counter_mode() => server.Services
        .GetRequiredService<IOptions<KeyManagementOptions>>().Value.AuthenticatedEncryptorConfiguration
        .ShouldBeOfType<AuthenticatedEncryptorConfiguration>().EncryptionAlgorithm.ShouldBe(EncryptionAlgorithm.AES_256_GCM);
}
