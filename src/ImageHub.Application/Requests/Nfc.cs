using ImageHub.Application.Database;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Requests;

/// <summary>
/// Text that names something, in Unicode normalization form C, so that what one system sends composed and another decomposed is one
/// name. PostgreSQL does it: .NET needs ICU for it, which is not required.
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

        var sent = texts.ToArray();
        return await db.Database
            .SqlQuery<string>($"SELECT normalize(sent.value, NFC) AS \"Value\" FROM unnest({sent}) WITH ORDINALITY AS sent(value, place) ORDER BY sent.place")
            .ToListAsync(cancellationToken);
    }

    /// <summary>The name under which a file is kept, whatever a client calls it.</summary>
    public static async ValueTask<string> ToFileNameAsync(this IImageHubDb db, string? sent, CancellationToken cancellationToken) =>
        FileName.Shorten((await db.ToNfcAsync(FileName.MakeSafe(sent), cancellationToken))!);
}
