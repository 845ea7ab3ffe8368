using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Uploads;

/// <summary>Prepares captions for the rows of images.</summary>
internal static class Captions
{
    private const int TextsBeforeTags = 4;

    /// <summary>
    /// Converts the captions of new images to Unicode NFC with at most one query, and puts the tags of each caption before the tags of the request. Tags of a
    /// caption that exceed the maximum number are left out.
    /// </summary>
    public static async Task<IReadOnlyList<NewImage>> WithCaptionsAsync(this IImageHubDb db, IReadOnlyList<NewImage> images, CancellationToken cancellationToken)
    {
        var captions = await db.NormalizeCaptionsAsync([.. images.Select(image => image.Caption ?? Caption.None)], cancellationToken);
        return [.. images.Zip(captions, WithCaption)];
    }

    /// <summary>Converts captions to Unicode NFC with at most one query.</summary>
    public static async Task<IReadOnlyList<Caption>> NormalizeCaptionsAsync(this IImageHubDb db, IReadOnlyList<Caption> captions, CancellationToken cancellationToken)
    {
        var texts = new Queue<string>(await db.ToNfcAsync([.. captions.SelectMany(ListTexts)], cancellationToken));
        return [.. captions.Select(caption => Take(texts, caption))];
    }

    private static IEnumerable<string> ListTexts(Caption caption) =>
        [caption.Title ?? "", caption.Description ?? "", caption.Creator ?? "", caption.Copyright ?? "", .. caption.Tags];

    private static Caption Take(Queue<string> texts, Caption caption)
    {
        string?[] normalized = [.. Enumerable.Range(0, TextsBeforeTags).Select(_ => texts.Dequeue() is { Length: > 0 } text ? text : null)];
        return caption with
        {
            Title = normalized[0],
            Description = normalized[1],
            Creator = normalized[2],
            Copyright = normalized[3],
            Tags = [.. caption.Tags.Select(_ => texts.Dequeue()).ToList().Distinct(StringComparer.Ordinal)],
        };
    }

    private static NewImage WithCaption(NewImage image, Caption caption)
    {
        var ofFile = caption.Tags.Except(image.Tags, StringComparer.Ordinal).Take(Image.MaxTags - image.Tags.Count);
        return image with { Caption = caption, Tags = [.. ofFile, .. image.Tags] };
    }
}
