using System.Globalization;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>The text form of a time taken: the camera's local time, with its UTC offset if known.</summary>
public static class TakenTime
{
    private static readonly string[] Forms = ["yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF"];

    private static readonly string[] FormsWithOffset = [.. Forms.Select(form => form + "K")];

    /// <summary>A regular expression for the form.</summary>
    public const string Pattern = @"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})?$";

    /// <summary>The allowed form, for error messages.</summary>
    public static readonly string Allowed =
        $"a date and time of the years {Image.FirstYear} to {Image.LastYear} is allowed, with or without an offset, such as 2026-05-01T12:34:56 or 2026-05-01T12:34:56+02:00";

    /// <summary>Writes a time; null stays null.</summary>
    public static string? Write(DateTime? takenAt, short? offsetMinutes) => (takenAt, offsetMinutes) switch
    {
        (null, _) => null,
        ({ } time, null) => time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        ({ } time, { } minutes) => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Unspecified), TimeSpan.FromMinutes(minutes))
            .ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture),
    };

    /// <summary>Reads a time; null if the text has another form or the year is not plausible.</summary>
    public static (DateTime Time, TimeSpan? Offset)? Read(string text)
    {
        TimeSpan? offset = null;
        if (!DateTime.TryParseExact(text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            if (!DateTimeOffset.TryParseExact(text, FormsWithOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var zoned))
            {
                return null;
            }

            (time, offset) = (zoned.DateTime, zoned.Offset);
        }

        return time.Year is < Image.FirstYear or > Image.LastYear ? null : (time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)), offset);
    }
}
