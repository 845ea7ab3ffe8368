using System.Diagnostics;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.Backups;

/// <summary>A copy of the backups, and an empty data directory.</summary>
public sealed class CopiedBackups : IAsyncDisposable
{
    public CopiedBackups(string backups)
    {
        using var copying = Process.Start("cp", ["-a", backups + "/.", Backups]);
        copying.WaitForExit();
    }

    public string Backups { get; } = TemporaryFolders.Create();

    public string Empty { get; } = TemporaryFolders.Create();

    public IEnumerable<string> Files(string folder) => Directory.GetFiles(Path.Combine(Backups, folder), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Backups, recursive: true);
        Directory.Delete(Empty, recursive: true);
        return ValueTask.CompletedTask;
    }
}
