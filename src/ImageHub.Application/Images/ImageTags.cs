using ImageHub.Domain.Images;

namespace ImageHub.Application.Images;

/// <summary>The rules of tags.</summary>
internal static class ImageTags
{
    /// <summary>What is wrong with tags, or null.</summary>
    public static string? Problem(IReadOnlyCollection<string> tags)
    {
        if (tags.Count > Image.MaxTags)
        {
            return $"tags has {tags.Count} entries; at most {Image.MaxTags} are allowed.";
        }

        if (tags.Any(tag => tag is null))
        {
            return "tags has null; texts are allowed.";
        }

        if (tags.FirstOrDefault(tag => string.IsNullOrWhiteSpace(tag) || tag.Length > Image.MaxTagLength || tag.Any(char.IsControl)) is { } tag)
        {
            return $"tags has '{(tag.Length > 20 ? tag[..20] + "…" : tag)}', {tag.Length} characters long; "
                + $"1 to {Image.MaxTagLength} characters without control characters are allowed.";
        }

        return null;
    }

    /// <summary>Trimmed, each once, in the order given.</summary>
    public static IReadOnlyList<string> Normalize(IEnumerable<string> tags) => [.. tags.Select(tag => tag.Trim()).Distinct(StringComparer.Ordinal)];
}
