using ImageHub.Application.Database;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Requests;

/// <summary>
/// Converts names to Unicode normalization form C, so that composed and decomposed accents result in the same name. The database performs the conversion
/// (<see cref="IText"/>).
/// </summary>
internal static class Nfc
{
    /// <summary>Texts that contain only characters below this one are already in form C.</summary>
    private const char FirstCombiningMark = '\u0300';

    /// <summary>Converts a text to form C; null stays null.</summary>
    public static async ValueTask<string?> ToNfcAsync(this IImageHubDb db, string? text, CancellationToken cancellationToken) =>
        text is null ? null : (await db.ToNfcAsync([text], cancellationToken))[0];

    /// <summary>Converts texts to form C, with at most one query.</summary>
    public static async ValueTask<IReadOnlyList<string>> ToNfcAsync(this IImageHubDb db, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        if (!texts.Any(text => text.Any(character => character >= FirstCombiningMark)))
        {
            return texts;
        }

        return await db.Text.NormalizeAsync([.. texts], cancellationToken);
    }

    /// <summary>Returns the safe name under which a file is stored.</summary>
    public static async ValueTask<string> ToFileNameAsync(this IImageHubDb db, string? sent, CancellationToken cancellationToken) =>
        FileName.Shorten((await db.ToNfcAsync(FileName.MakeSafe(sent), cancellationToken))!);
}
