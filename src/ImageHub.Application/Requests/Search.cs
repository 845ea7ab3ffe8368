using FluentValidation;
using ImageHub.Application.Database;

namespace ImageHub.Application.Requests;

/// <summary>Substring search: <c>LIKE</c> on a lower-case column with a pg_trgm index (PostgreSQL manual, F.35.4).</summary>
internal static class Search
{
    private const int MaxLength = 200;

    /// <summary>Allows null, or a text of at most 200 characters.</summary>
    public static IRuleBuilderOptions<T, string?> SearchText<T>(this IRuleBuilder<T, string?> rule) => rule.OptionalText(MaxLength);

    /// <summary>The LIKE escape character.</summary>
    public const string Escape = "\\";

    /// <summary>Creates a pattern that matches texts that contain the given text.</summary>
    public static async ValueTask<string> SearchPatternAsync(this IImageHubDb db, string text, CancellationToken cancellationToken)
    {
        var literal = (await db.ToNfcAsync(text.Trim(), cancellationToken))!.ToLowerInvariant()
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("%", "\\%", StringComparison.Ordinal)
            .Replace("_", "\\_", StringComparison.Ordinal);
        return $"%{literal}%";
    }
}
