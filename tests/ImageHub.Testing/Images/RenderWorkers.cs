using System.Globalization;

namespace ImageHub.Testing.Images;

/// <summary>The render workers of a server, as the system sees them (proc(5)).</summary>
public static class RenderWorkers
{
    private static readonly string Suffix = $"\0render-worker\0work\0{NativeImaging.Setting}\0";

    /// <summary>The ids of those that work in a folder below this one, a server's data directory. (Those for HEIC have another library.)</summary>
    public static IReadOnlyList<int> Below(string folder) => [.. Directory.EnumerateDirectories("/proc")
        .Select(process => int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id != 0 && Folder(id)?.StartsWith(folder, StringComparison.Ordinal) == true && CommandLine(id).EndsWith(Suffix, StringComparison.Ordinal))];

    /// <summary>Whether a worker has a file to work on.</summary>
    public static bool IsAtWork(int worker) => Folder(worker) is { } folder && File.Exists(Path.Combine(folder, "source"));

    /// <summary>The folder that a worker works in; null when it has ended.</summary>
    public static string? Folder(int worker)
    {
        try
        {
            return new FileInfo($"/proc/{worker}/cwd").LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string CommandLine(int worker)
    {
        try
        {
            return File.ReadAllText($"/proc/{worker}/cmdline");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
