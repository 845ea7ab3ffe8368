using System.Globalization;
using System.Text.RegularExpressions;

namespace ImageHub.Api.Requests;

/// <summary>Times in requests: date, time and zone (ISO 8601). A time without a zone is rejected: it would be interpreted in the server's zone.</summary>
internal static partial class ZonedTime
{
    /// <summary>The allowed format, for error messages.</summary>
    public const string Allowed = "send date and time with Z or an offset (ISO 8601), such as 2026-05-01T10:34:56Z";

    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        return Form().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:?\d{2})\z", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Form();
}
