namespace ImageHub.Testing.Storage;

/// <summary>Simulates disk damage to files.</summary>
public static class DamagedFile
{
    /// <summary>
    /// Damages a file: <c>lost</c>, <c>empty</c>, <c>cut</c> (the last byte is missing), <c>longer</c> or <c>changed</c> (one flipped bit in the middle).
    /// </summary>
    public static async Task DamageAsync(string path, string damage)
    {
        var content = await File.ReadAllBytesAsync(path);
        File.Delete(path);
        switch (damage)
        {
            case "lost":
                break;
            case "empty":
                await File.WriteAllBytesAsync(path, []);
                break;
            case "cut":
                await File.WriteAllBytesAsync(path, content[..^1]);
                break;
            case "longer":
                await File.WriteAllBytesAsync(path, [.. content, 0]);
                break;
            case "changed":
                content[content.Length / 2] ^= 1;
                await File.WriteAllBytesAsync(path, content);
                break;
            default:
                throw new ArgumentException($"'{damage}' is no kind of damage.", nameof(damage));
        }
    }
}
