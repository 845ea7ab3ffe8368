using FluentValidation;
using ImageHub.Application.Images;
using ImageHub.Domain;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Requests;

/// <summary>Rules shared by several requests. Their messages contain the value and the allowed values.</summary>
internal static class Rules
{
    /// <summary>Requires a text that is not blank, is within the maximum length, and has no control characters except line breaks and tabs.</summary>
    public static IRuleBuilderOptions<T, string?> RequiredText<T>(this IRuleBuilder<T, string?> rule, int maxLength) => rule
        .SetValidator(new TextRule<T>(1, maxLength, text => string.IsNullOrWhiteSpace(text)
            ? $"must not be empty; 1 to {maxLength} characters are allowed."
            : Complaint(text, maxLength)));

    /// <summary>Allows null, or a text that is within the maximum length and has no control characters except line breaks and tabs.</summary>
    public static IRuleBuilderOptions<T, string?> OptionalText<T>(this IRuleBuilder<T, string?> rule, int maxLength) => rule
        .SetValidator(new TextRule<T>(0, maxLength, text => text is null ? null : Complaint(text, maxLength)));

    /// <summary>Requires a rating of 1 to 5, or null.</summary>
    public static IRuleBuilderOptions<T, int?> Rating<T>(this IRuleBuilder<T, int?> rule) => rule
        .InclusiveBetween(Caption.MinRating, Caption.MaxRating)
        .WithMessage($"rating is {{PropertyValue}}; {Caption.MinRating} to {Caption.MaxRating} is allowed.");

    /// <summary>Requires one of the allowed rotations, or null.</summary>
    public static IRuleBuilderOptions<T, int?> Rotation<T>(this IRuleBuilder<T, int?> rule) => rule
        .Must(degrees => degrees is null || ImageRotation.Allowed.Contains(degrees.Value))
        .WithMessage($"rotate is {{PropertyValue}}; {ImageRotation.AllowedText} is allowed.");

    /// <summary>Requires 1 to 1,000 unique ids.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<Guid>?> IdList<T>(this IRuleBuilder<T, IReadOnlyList<Guid>?> rule) => rule
        .SetValidator(new ListSizeRule<T, Guid>(1, 1_000, areUnique: true))
        .WithMessage((_, ids) => $"{{PropertyName}} has {ids?.Count ?? 0} entries; 1 to 1,000 are allowed.")
        .Must(ids => ids is null || ids.Count > 1_000 || ids.Distinct().Count() == ids.Count)
        .WithMessage("{PropertyName} names an id twice; each may appear once.");

    private static string? Complaint(string text, int maxLength)
    {
        if (Characters.Count(text) is var length && length > maxLength)
        {
            return $"has {length} characters; at most {maxLength} are allowed.";
        }

        return text.Any(IsForbidden) ? "contains a control character; only line breaks and tabs are allowed." : null;
    }

    private static bool IsForbidden(char c) => char.IsControl(c) && c is not ('\n' or '\r' or '\t');
}
