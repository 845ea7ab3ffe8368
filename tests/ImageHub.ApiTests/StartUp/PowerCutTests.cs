using System.Runtime.Versioning;
using ImageHub.Api;
using ImageHub.Application.Accounts;
using ImageHub.Faults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.ApiTests.StartUp;

/// <summary>A disk that loses what was not flushed. Needs the right to mount it.</summary>
public sealed class PowerCutTests
{
    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task The_signing_key_is_on_the_disk_before_anything_is_encrypted_with_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can mount a disk.");
        await using var disk = await CreateDiskAsync();
        var key = await ReadKeyAsync(disk.DataDirectory);

        await disk.CutPowerAsync(() => Task.CompletedTask);

        (await ReadKeyAsync(disk.DataDirectory)).ShouldBe(key);
    }

    [SupportedOSPlatform("linux")]
    private static async Task<OwnDisk> CreateDiskAsync()
    {
        try
        {
            return await OwnDisk.CreateAsync();
        }
        catch (InvalidOperationException exception)
        {
            Assert.Skip($"Containers without the right to mount cannot cut the power: {exception.Message}");
            throw;
        }
    }

    /// <summary>Reads the key as a start does, which generates it if it is missing.</summary>
    private static async Task<string> ReadKeyAsync(string dataDirectory)
    {
        await using var app = ImageHubApp.Build([], builder =>
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal) { ["ImageHub:DataDirectory"] = dataDirectory }));
        return app.Services.GetRequiredService<IOptions<JwtOptions>>().Value.SigningKey;
    }
}
