using System.Globalization;

namespace ImageHub.Testing.Images;

/// <summary>Finds the render workers of a server in the process list (proc(5)).</summary>
public static class RenderWorkers
{
    private static readonly string Suffix = $"\0render-worker\0work\0{NativeImaging.Setting}\0";

    /// <summary>
    /// Returns the process ids of the workers whose working folder is below a server's data directory. HEIC workers, which load another library, are left
    /// out.
    /// </summary>
    public static IReadOnlyList<int> Below(string folder) => [.. Directory.EnumerateDirectories("/proc")
        .Select(process => int.TryParse(Path.GetFileName(process), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id != 0 && Folder(id)?.StartsWith(folder, StringComparison.Ordinal) == true && CommandLine(id).EndsWith(Suffix, StringComparison.Ordinal))];

    /// <summary>Whether a worker's folder contains a source file.</summary>
    public static bool IsAtWork(int worker) => Folder(worker) is { } folder && File.Exists(Path.Combine(folder, "source"));

    /// <summary>The working folder of a worker; null if the worker has ended.</summary>
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
