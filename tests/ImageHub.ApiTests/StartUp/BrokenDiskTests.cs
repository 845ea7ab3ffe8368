using System.Runtime.Versioning;
using ImageHub.Api;
using ImageHub.Application.Accounts;
using ImageHub.Faults;
using ImageHub.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageHub.ApiTests.StartUp;

/// <summary>Disks that lose what was not flushed, or become read-only. Needs the right to mount them.</summary>
public sealed class BrokenDiskTests
{
    /// <summary>The seed of a run whose disk becomes read-only after some uploads.</summary>
    private const int ReadOnlySeed = 1;

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task The_signing_key_is_on_the_disk_before_anything_is_encrypted_with_it()
    {
        await using var disk = await CreateDiskAsync();
        var key = await ReadKeyAsync(disk.DataDirectory);

        await disk.CutPowerAsync(() => Task.CompletedTask);

        (await ReadKeyAsync(disk.DataDirectory)).ShouldBe(key);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Nothing_acknowledged_is_lost_when_an_error_makes_the_disk_read_only()
    {
        // The driver makes a disk of its own.
        await (await CreateDiskAsync()).DisposeAsync();

        (await TestPrograms.RunAsync("ImageHub.Faults", "--troubles", "--seed", $"{ReadOnlySeed}", "--runs", "1", "--limit", "600"))
            .ShouldMatch("^1 runs, [1-9][0-9]* acknowledged changes, .* 0 failed$");
    }

    [SupportedOSPlatform("linux")]
    private static async Task<OwnDisk> CreateDiskAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can mount a disk.");
        try
        {
            return await OwnDisk.CreateAsync();
        }
        catch (InvalidOperationException exception)
        {
            Assert.Skip($"Containers without the right to mount cannot have such a disk: {exception.Message}");
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
