using FluentValidation;
using FluentValidation.Validators;

namespace ImageHub.Application.Requests;

/// <summary>The texts that a field may be, for the OpenAPI document.</summary>
public interface IAllowedTexts
{
    /// <summary>All of them.</summary>
    IReadOnlyList<string> Values { get; }
}

/// <summary>The form that a text has, for the OpenAPI document.</summary>
public interface ITextForm
{
    /// <summary>A regular expression that a JSON schema may have (ECMA-262).</summary>
    string Pattern { get; }
}

/// <summary>How many entries a list may have, for the OpenAPI document.</summary>
public interface IListSize
{
    /// <summary>The fewest.</summary>
    int Min { get; }

    /// <summary>The most.</summary>
    int Max { get; }

    /// <summary>Whether each may be there once only.</summary>
    bool AreUnique { get; }
}

/// <summary>A text that is one of several, or null.</summary>
/// <param name="values">What it may be.</param>
internal sealed class OneOfRule<T>(IEnumerable<string> values) : PropertyValidator<T, string?>, IAllowedTexts
{
    public override string Name => nameof(OneOfRule<>);

    public IReadOnlyList<string> Values { get; } = [.. values];

    public override bool IsValid(ValidationContext<T> context, string? value) => value is null || Values.Contains(value, StringComparer.Ordinal);
}

/// <summary>A text of a certain form, or null.</summary>
/// <param name="pattern">The form as a regular expression, for the document: <paramref name="isValid"/> decides.</param>
/// <param name="isValid">Whether a text has it.</param>
internal sealed class TextFormRule<T>(string pattern, Func<string, bool> isValid) : PropertyValidator<T, string?>, ITextForm
{
    public override string Name => nameof(TextFormRule<>);

    public string Pattern => pattern;

    public override bool IsValid(ValidationContext<T> context, string? value) => value is null || isValid(value);
}

/// <summary>A list of so many entries. One that is absent has none.</summary>
/// <param name="min">The fewest.</param>
/// <param name="max">The most.</param>
/// <param name="areUnique">Whether another rule lets each be there once only.</param>
internal sealed class ListSizeRule<T, TItem>(int min, int max, bool areUnique = false) : PropertyValidator<T, IReadOnlyList<TItem>?>, IListSize
{
    public override string Name => nameof(ListSizeRule<,>);

    public int Min => min;

    public int Max => max;

    public bool AreUnique => areUnique;

    public override bool IsValid(ValidationContext<T> context, IReadOnlyList<TItem>? value) => (value?.Count ?? 0) is var count && count >= min && count <= max;
}
