using System.Text.Json;

namespace ImageHub.Testing;

/// <summary>A file with the total counts of a long check. One start of the check's program is a sitting; each sitting adds its counts.</summary>
public static class SittingFile
{
    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Reads the counts; without a file, there are none.</summary>
    public static T Read<T>(string? path)
        where T : new() => File.Exists(path) ? JsonSerializer.Deserialize<T>(File.ReadAllText(path), Form)! : new T();

    /// <summary>Replaces the file.</summary>
    public static void Write<T>(string path, T counts)
    {
        File.WriteAllText(path + ".new", JsonSerializer.Serialize(counts, Form));
        File.Move(path + ".new", path, overwrite: true);
    }
}
