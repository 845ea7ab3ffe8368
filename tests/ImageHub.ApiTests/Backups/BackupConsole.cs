using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Api.Console;

namespace ImageHub.ApiTests.Backups;

/// <summary>Runs the commands for backups in the test's process, and changes backups.</summary>
public static class BackupConsole
{
    /// <summary>Runs a command for a place of backups, with an option such as <c>--dry-run</c>.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string command, string folder, string? dataDirectory = null, string? option = null, params string[] settings)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        string[] args = [command, folder, .. option is null ? [] : (string[])[option], .. dataDirectory is null ? [] : (string[])[$"--ImageHub:DataDirectory={dataDirectory}"], .. settings];
        var exitCode = await CommandLine.RunAsync(args, new Terminal(output, error, _ => null));
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The folder of the newest backup in a folder of backups.</summary>
    public static string Newest(string backups) => Directory.GetDirectories(Path.Combine(backups, "backups")).Max(StringComparer.Ordinal)!;

    public static async Task CopyAsync(string folder, string copy)
    {
        using var copying = Process.Start("cp", ["-a", folder, copy]);
        await copying.WaitForExitAsync();
        copying.ExitCode.ShouldBe(0);
    }

    /// <summary>Writes a manifest and its checksum.</summary>
    public static async Task WriteManifestAsync(string manifest, JsonNode json)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(json);
        await File.WriteAllBytesAsync(manifest, bytes);
        await File.WriteAllTextAsync(manifest + ".sha256", $"{Convert.ToHexStringLower(SHA256.HashData(bytes))}  manifest.json\n");
    }
}
