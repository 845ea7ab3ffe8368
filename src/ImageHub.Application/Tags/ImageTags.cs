using FluentValidation;
using ImageHub.Application.Database;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Tags;

/// <summary>The rules of tags.</summary>
internal static class ImageTags
{
    /// <summary>Requires at most 50 tags, each of 1–100 characters.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> Tags<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) =>
        rule.SetValidator(new TextListRule<T>(Image.MaxTags, Image.MaxTagLength, tags => Complaint(tags ?? [])));

    /// <summary>Returns an error message, which is appended to the field's name; null if the tags are valid.</summary>
    public static string? Complaint(IReadOnlyCollection<string?> tags)
    {
        if (tags.Count > Image.MaxTags)
        {
            return $"has {tags.Count} entries; at most {Image.MaxTags} are allowed.";
        }

        if (tags.Any(tag => tag is null))
        {
            return "must not contain null.";
        }

        if (tags.FirstOrDefault(tag => string.IsNullOrWhiteSpace(tag) || Characters.Count(tag) > Image.MaxTagLength || tag.Any(char.IsControl)) is { } tag)
        {
            return $"has '{(tag.Length > 20 ? Characters.Take(tag, 20) + "…" : tag)}', {Characters.Count(tag)} characters long; "
                + $"1 to {Image.MaxTagLength} characters without control characters are allowed.";
        }

        return null;
    }

    /// <summary>Trims tags, converts them to Unicode NFC and removes duplicates. The order remains the same.</summary>
    public static async ValueTask<IReadOnlyList<string>> NormalizeTagsAsync(this IImageHubDb db, IEnumerable<string> tags, CancellationToken cancellationToken) =>
        [.. (await db.ToNfcAsync([.. tags.Select(tag => tag.Trim())], cancellationToken)).Distinct(StringComparer.Ordinal)];
}
