using System.Globalization;
using System.Text;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using MetadataExtractor;
using MetadataExtractor.Formats.Exif;
using MetadataExtractor.IO;
using ExifDirectory = MetadataExtractor.Directory;
using GeoLocation = ImageHub.Application.Imaging.GeoLocation;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Reads the camera's metadata from a condensed EXIF block (<see cref="ExifList.Facts"/>).</summary>
internal static class CameraFacts
{
    /// <summary>The maximum length of a camera's name, in characters.</summary>
    internal const int MaxCameraLength = 100;

    private static readonly string[] DateFormats = ["yyyy:MM:dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy:MM:dd HH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy/MM/dd HH:mm:ss"];

    // The times in order of preference, as in photo software: exposure, digitization, last change.
    private static readonly (int Time, int Offset)[] Times =
    [
        (ExifDirectoryBase.TagDateTimeOriginal, ExifTag.OffsetTimeOriginal),
        (ExifDirectoryBase.TagDateTimeDigitized, ExifTag.OffsetTimeDigitized),
        (ExifDirectoryBase.TagDateTime, ExifTag.OffsetTime),
    ];

    // If a sensitivity does not fit in 16 bits, this value is stored, and another tag contains the sensitivity (EXIF 3.0 4.6.6).
    private const int HighSensitivity = ushort.MaxValue;

    private static readonly int[] Sensitivities = [ExifTag.Sensitivity, ExifTag.RecommendedExposureIndex, ExifTag.StandardOutputSensitivity, ExifTag.IsoSpeed];

    /// <param name="exif">A structure of a few kilobytes at most.</param>
    internal static ImageMetadata Read(byte[] exif)
    {
        var directories = new ExifReader().Extract(new ByteArrayReader(exif));
        var (takenAt, offset) = ReadTime(directories);
        var camera = NameCamera(Find(directories, ExifDirectoryBase.TagMake), Find(directories, ExifDirectoryBase.TagModel));
        var place = directories.OfType<GpsDirectory>().FirstOrDefault()?.GetGeoLocation();
        return new ImageMetadata(takenAt, offset, camera, place is null ? null : ToLocation(place.Latitude, place.Longitude)) { Exposure = ReadExposure(directories) };
    }

    /// <summary>Converts degrees to a location; null if a value is out of range.</summary>
    internal static GeoLocation? ToLocation(double latitude, double longitude) =>
        Math.Abs(latitude) <= 90 && Math.Abs(longitude) <= 180 ? new GeoLocation(latitude, longitude) : null;

    // Make "Canon" and model "Canon EOS 6D" become "Canon EOS 6D"; "NIKON CORPORATION" and "NIKON D90" become "NIKON D90".
    internal static string? NameCamera(string? make, string? model)
    {
        (make, model) = (Clean(make), Clean(model));
        var brand = make.Split(' ')[0];
        var isNamed = model.StartsWith(make, StringComparison.OrdinalIgnoreCase) || model.StartsWith(brand + " ", StringComparison.OrdinalIgnoreCase);
        var name = make.Length == 0 || isNamed ? model : $"{make} {model}".TrimEnd();
        if (model.Length == 0)
        {
            name = make;
        }

        return name.Length == 0 ? null : Shorten(name, MaxCameraLength);
    }

    /// <summary>Null if no usable value is recorded. Without a lens, cameras write dashes or zeros.</summary>
    private static Exposure? ReadExposure(IReadOnlyList<ExifDirectory> directories)
    {
        var lens = Clean(Find(directories, ExifTag.LensModel));
        var exposure = new Exposure(
            IsName(lens) ? Shorten(lens, Exposure.MaxLensLength) : null,
            ReadNumber(directories, ExifTag.FocalLength, Exposure.MaxFocalLengthMm, digits: 2),
            ReadNumber(directories, ExifTag.FNumber, Exposure.MaxFNumber, digits: 2),
            ReadNumber(directories, ExifTag.ExposureTime, Exposure.MaxSeconds, digits: 9),
            Array.ConvertAll(Sensitivities, tag => (int?)ReadNumber(directories, tag, Exposure.MaxIso, digits: 0)).FirstOrDefault(iso => iso is not null and not HighSensitivity));
        return exposure == Exposure.Unknown ? null : exposure;
    }

    /// <summary>Reads a number; null if it is missing, not positive or implausible.</summary>
    private static double? ReadNumber(IReadOnlyList<ExifDirectory> directories, int tag, double max, int digits)
    {
        foreach (var value in directories.Where(IsOfPicture).Select(directory => directory.GetObject(tag)))
        {
            // Takes the first value, because a sensitivity may have two.
            var first = value is Array { Length: > 0 } values ? values.GetValue(0) : value;
            var number = first is IConvertible and not string ? Math.Round(Convert.ToDouble(first, CultureInfo.InvariantCulture), digits) : 0;
            if (number > 0 && number <= max)
            {
                return number;
            }
        }

        return null;
    }

    // "----" and "0.0 mm f/0.0" are placeholders.
    private static bool IsName(string lens) => lens.Any(character => character is >= '1' and <= '9') || (lens.Any(char.IsLetter) && !lens.Contains('0', StringComparison.Ordinal));

    // Must not split a surrogate pair.
    private static string Shorten(string name, int max) =>
        name.Length <= max ? name : name[..(char.IsHighSurrogate(name[max - 1]) ? max - 1 : max)].TrimEnd();

    private static bool IsOfPicture(ExifDirectory directory) => directory is ExifIfd0Directory or ExifSubIfdDirectory;

    private static (DateTime? Time, TimeSpan? Offset) ReadTime(IReadOnlyList<ExifDirectory> directories)
    {
        foreach (var (timeTag, offsetTag) in Times)
        {
            if (DateTime.TryParseExact(Clean(Find(directories, timeTag)), DateFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
                && time.Year is >= Image.FirstYear and <= Image.LastYear)
            {
                return (DateTime.SpecifyKind(time, DateTimeKind.Unspecified), ReadOffset(Clean(Find(directories, offsetTag))));
            }
        }

        return (null, null);
    }

    // EXIF 3.0 4.6.6: "+hh:mm" or "-hh:mm"; some devices write "Z".
    private static TimeSpan? ReadOffset(string text)
    {
        if (text == "Z")
        {
            return TimeSpan.Zero;
        }

        if (text is not [('+' or '-') and var sign, .. var rest]
            || !TimeSpan.TryParseExact(rest, @"hh\:mm", CultureInfo.InvariantCulture, out var offset)
            || offset > TimeSpan.FromHours(14))
        {
            return null;
        }

        return sign == '-' ? -offset : offset;
    }

    private static string? Find(IReadOnlyList<ExifDirectory> directories, int tag) =>
        directories.Where(IsOfPicture)
            .Select(directory => directory.GetString(tag))
            .FirstOrDefault(text => text is not null);

    // Cameras pad with spaces and zeros; a text ends at its first zero. Replaces control and other invisible characters with spaces, and unpaired surrogates
    // with U+FFFD. Merges spaces.
    private static string Clean(string? text)
    {
        var clean = new StringBuilder();
        foreach (var rune in (text ?? "").Split('\0')[0].EnumerateRunes())
        {
            var isShown = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
            clean.Append(isShown ? rune.ToString() : " ");
        }

        return string.Join(' ', clean.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
