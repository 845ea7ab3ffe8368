using FluentValidation;
using ImageHub.Domain;

namespace ImageHub.Application.Requests;

/// <summary>Rules that several requests share. Their texts name the value and what is allowed.</summary>
internal static class Rules
{
    /// <summary>Text that is not blank, has at most so many characters and no control characters (line breaks and tabs are fine).</summary>
    public static IRuleBuilderOptions<T, string?> RequiredText<T>(this IRuleBuilder<T, string?> rule, int maxLength) => rule
        .SetValidator(new TextRule<T>(1, maxLength, text => string.IsNullOrWhiteSpace(text)
            ? $"must not be empty; 1 to {maxLength} characters are allowed."
            : Complaint(text, maxLength)));

    /// <summary>Null, or text of at most so many characters without control characters (line breaks and tabs are fine).</summary>
    public static IRuleBuilderOptions<T, string?> OptionalText<T>(this IRuleBuilder<T, string?> rule, int maxLength) => rule
        .SetValidator(new TextRule<T>(0, maxLength, text => text is null ? null : Complaint(text, maxLength)));

    /// <summary>1 to 1,000 ids, none twice.</summary>
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
