using ImageHub.Application.Database;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Requests;

/// <summary>
/// Names in Unicode normalization form C, so that a name that one system sends composed and another decomposed is the same name. The database normalizes them
/// (<see cref="IText"/>).
/// </summary>
internal static class Nfc
{
    /// <summary>Below this every character is in that form already, and no later one changes it.</summary>
    private const char FirstCombiningMark = '\u0300';

    /// <summary>A text in form C; null stays null.</summary>
    public static async ValueTask<string?> ToNfcAsync(this IImageHubDb db, string? text, CancellationToken cancellationToken) =>
        text is null ? null : (await db.ToNfcAsync([text], cancellationToken))[0];

    /// <summary>Texts in form C, with one query where any needs it.</summary>
    public static async ValueTask<IReadOnlyList<string>> ToNfcAsync(this IImageHubDb db, IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        if (!texts.Any(text => text.Any(character => character >= FirstCombiningMark)))
        {
            return texts;
        }

        return await db.Text.NormalizeAsync([.. texts], cancellationToken);
    }

    /// <summary>The name under which a file is kept, whatever a client calls it.</summary>
    public static async ValueTask<string> ToFileNameAsync(this IImageHubDb db, string? sent, CancellationToken cancellationToken) =>
        FileName.Shorten((await db.ToNfcAsync(FileName.MakeSafe(sent), cancellationToken))!);
}
