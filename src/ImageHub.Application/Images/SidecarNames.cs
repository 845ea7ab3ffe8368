using System.Text.RegularExpressions;

namespace ImageHub.Application.Images;

/// <summary>
/// Pairs photos with their sidecars by name, within a folder: <c>IMG_1.xmp</c> and <c>IMG_1.jpg.xmp</c> of photo programs, and the JSON files of Google
/// Takeout, whose names are cut to 46 characters before <c>.json</c>: <c>IMG_1.jpg.json</c>, <c>IMG_1.jpg.supplemental-metadata.json</c>,
/// <c>IMG_1.jpg(1).json</c> for <c>IMG_1(1).jpg</c>. The edited photo <c>IMG_1-edited.jpg</c> has the sidecar of <c>IMG_1.jpg</c>.
/// </summary>
/// <param name="sidecars">The names of the folder's sidecars.</param>
public sealed partial class SidecarNames(IEnumerable<string> sidecars)
{
    private const string Xmp = ".xmp";
    private const string Json = ".json";
    private const string Supplement = ".supplemental-metadata";
    private const string Edited = "-edited";
    private const int LongestBase = 46;

    /// <summary>The file in which Google Takeout describes an album.</summary>
    public const string OfAlbum = "metadata.json";

    private readonly HashSet<string> names = sidecars.ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a file may be a sidecar.</summary>
    public static bool IsSidecar(string name) => HasExtension(name, Xmp) || HasExtension(name, Json);

    /// <summary>The kind of a sidecar.</summary>
    public static SidecarKind FindKind(string name) => HasExtension(name, Xmp) ? SidecarKind.Xmp : SidecarKind.Takeout;

    /// <summary>
    /// Finds the sidecar of a photo, or null. XMP precedes JSON, and an XMP sidecar with the photo's whole name precedes one with the name's stem.
    /// </summary>
    /// <param name="photo">The photo's file name.</param>
    public string? Find(string photo) => Candidates(photo).Select(name => names.TryGetValue(name, out var found) ? found : null).FirstOrDefault(found => found is not null);

    private static IEnumerable<string> Candidates(string photo)
    {
        var (stem, extension) = (Path.GetFileNameWithoutExtension(photo), Path.GetExtension(photo));
        yield return photo + Xmp;
        yield return stem + Xmp;

        var (described, number) = Split(stem);
        var whole = (described.EndsWith(Edited, StringComparison.OrdinalIgnoreCase) ? described[..^Edited.Length] : described) + extension;
        for (var length = Math.Min(whole.Length, LongestBase); length <= whole.Length + Supplement.Length; length++)
        {
            yield return $"{(whole + Supplement)[..length]}{number}{Json}";
        }
    }

    /// <summary>Splits off the number that distinguishes files of the same name, as in <c>IMG_1(2)</c>.</summary>
    private static (string Name, string Number) Split(string name) => Numbered().Match(name) is { Success: true } match ? (name[..match.Index], match.Value) : (name, "");

    private static bool HasExtension(string name, string extension) => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\([0-9]{1,4}\)$", RegexOptions.NonBacktracking)]
    private static partial Regex Numbered();
}
