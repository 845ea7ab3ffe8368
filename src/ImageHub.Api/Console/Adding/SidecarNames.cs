using System.Text.RegularExpressions;

namespace ImageHub.Api.Console.Adding;

/// <summary>
/// Pairs photos with their sidecars by name, within a folder: <c>IMG_1.xmp</c> and <c>IMG_1.jpg.xmp</c> of photo programs, and the JSON files of Google
/// Takeout, whose names are cut to 46 characters before <c>.json</c>: <c>IMG_1.jpg.json</c>, <c>IMG_1.jpg.supplemental-metadata.json</c>,
/// <c>IMG_1.jpg(1).json</c> for <c>IMG_1(1).jpg</c>, and that of <c>IMG_1.jpg</c> for <c>IMG_1-edited.jpg</c>.
/// </summary>
internal static partial class SidecarNames
{
    private const string Xmp = ".xmp";
    private const string Json = ".json";
    private const string Supplement = ".supplemental-metadata";
    private const string Edited = "-edited";
    private const int LongestBase = 46;

    /// <summary>The file in which Google Takeout describes an album.</summary>
    public const string OfAlbum = "metadata.json";

    /// <summary>Whether a file may be a sidecar.</summary>
    public static bool IsSidecar(string name) => HasExtension(name, Xmp) || HasExtension(name, Json);

    /// <summary>The media type of a sidecar.</summary>
    public static string MediaTypeOf(string name) => HasExtension(name, Xmp) ? "application/rdf+xml" : "application/json";

    /// <summary>Finds the sidecar of a photo, or null. A sidecar with the photo's whole name precedes one with its stem, and XMP precedes JSON.</summary>
    /// <param name="photo">The photo's file name.</param>
    /// <param name="sidecars">The names of the folder's sidecars.</param>
    public static string? Find(string photo, IReadOnlyCollection<string> sidecars)
    {
        var stem = Path.GetFileNameWithoutExtension(photo);
        return sidecars.FirstOrDefault(name => IsSame(name, photo + Xmp))
            ?? sidecars.FirstOrDefault(name => IsSame(name, stem + Xmp))
            ?? sidecars.FirstOrDefault(name => HasExtension(name, Json) && IsOfTakeout(name[..^Json.Length], stem, Path.GetExtension(photo)));
    }

    private static bool IsOfTakeout(string described, string stem, string extension)
    {
        var (photo, number) = Split(stem);
        var (name, sameNumber) = Split(described);
        if (number != sameNumber)
        {
            return false;
        }

        photo = photo.EndsWith(Edited, StringComparison.OrdinalIgnoreCase) ? photo[..^Edited.Length] : photo;
        var whole = photo + extension;
        return (whole + Supplement).StartsWith(name, StringComparison.OrdinalIgnoreCase) && name.Length >= Math.Min(whole.Length, LongestBase);
    }

    /// <summary>Splits the number off that distinguishes files of one name: <c>IMG_1(2)</c>.</summary>
    private static (string Name, string Number) Split(string name) => Numbered().Match(name) is { Success: true } match ? (name[..match.Index], match.Value) : (name, "");

    private static bool IsSame(string name, string other) => string.Equals(name, other, StringComparison.OrdinalIgnoreCase);

    private static bool HasExtension(string name, string extension) => name.EndsWith(extension, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"\([0-9]{1,4}\)$", RegexOptions.NonBacktracking)]
    private static partial Regex Numbered();
}
