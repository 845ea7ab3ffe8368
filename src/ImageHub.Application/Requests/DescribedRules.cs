using FluentValidation;
using FluentValidation.Validators;

namespace ImageHub.Application.Requests;

/// <summary>The allowed values of a field, for the OpenAPI document.</summary>
public interface IAllowedTexts
{
    /// <summary>The allowed values.</summary>
    IReadOnlyList<string> Values { get; }
}

/// <summary>The format of a text, for the OpenAPI document.</summary>
public interface ITextForm
{
    /// <summary>A regular expression for a JSON schema (ECMA-262).</summary>
    string Pattern { get; }
}

/// <summary>The size of a list, for the OpenAPI document.</summary>
public interface IListSize
{
    /// <summary>The minimum.</summary>
    int Min { get; }

    /// <summary>The maximum.</summary>
    int Max { get; }

    /// <summary>Whether entries must be unique.</summary>
    bool AreUnique { get; }
}

/// <summary>Requires one of several texts, or null.</summary>
/// <param name="values">The allowed values.</param>
internal sealed class OneOfRule<T>(IEnumerable<string> values) : PropertyValidator<T, string?>, IAllowedTexts
{
    public override string Name => nameof(OneOfRule<>);

    public IReadOnlyList<string> Values { get; } = [.. values];

    public override bool IsValid(ValidationContext<T> context, string? value) => value is null || Values.Contains(value, StringComparer.Ordinal);
}

/// <summary>Requires a text of a certain format, or null.</summary>
/// <param name="pattern">The format as a regular expression for the OpenAPI document. Only <paramref name="isValid"/> is enforced.</param>
/// <param name="isValid">Whether a text has the format.</param>
internal sealed class TextFormRule<T>(string pattern, Func<string, bool> isValid) : PropertyValidator<T, string?>, ITextForm
{
    public override string Name => nameof(TextFormRule<>);

    public string Pattern => pattern;

    public override bool IsValid(ValidationContext<T> context, string? value) => value is null || isValid(value);
}

/// <summary>Limits the size of a list. An absent list is empty.</summary>
/// <param name="min">The minimum.</param>
/// <param name="max">The maximum.</param>
/// <param name="areUnique">Whether another rule requires unique entries.</param>
internal sealed class ListSizeRule<T, TItem>(int min, int max, bool areUnique = false) : PropertyValidator<T, IReadOnlyList<TItem>?>, IListSize
{
    public override string Name => nameof(ListSizeRule<,>);

    public int Min => min;

    public int Max => max;

    public bool AreUnique => areUnique;

    public override bool IsValid(ValidationContext<T> context, IReadOnlyList<TItem>? value) => (value?.Count ?? 0) is var count && count >= min && count <= max;
}
