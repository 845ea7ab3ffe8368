using FluentValidation;
using FluentValidation.Validators;

namespace ImageHub.Application.Requests;

/// <summary>Validates a text field and exposes its limits, so that the OpenAPI document contains the enforced limits.</summary>
/// <param name="min">The minimum number of characters.</param>
/// <param name="max">The maximum number of characters.</param>
/// <param name="complain">Returns an error message, which is appended to the field's name; null if the text is valid.</param>
internal sealed class TextRule<T>(int min, int max, Func<string?, string?> complain) : PropertyValidator<T, string?>, ITextLimits
{
    private const string Complaint = nameof(Complaint);

    public override string Name => nameof(TextRule<>);

    public int Min => min;

    public int Max => max;

    public bool AllowsNull => complain(null) is null;

    public override bool IsValid(ValidationContext<T> context, string? value)
    {
        if (complain(value) is not { } complaint)
        {
            return true;
        }

        context.MessageFormatter.AppendArgument(Complaint, complaint);
        return false;
    }

    protected override string GetDefaultMessageTemplate(string errorCode) => $"{{PropertyName}} {{{Complaint}}}";
}

/// <summary>The limits of a text, for the OpenAPI document.</summary>
public interface ITextLimits : ILengthValidator
{
    /// <summary>Whether the text may be absent or null.</summary>
    bool AllowsNull { get; }
}

/// <summary>The limits of a list of texts, for the OpenAPI document.</summary>
public interface ITextListLimits
{
    /// <summary>The maximum number of entries.</summary>
    int MaxItems { get; }

    /// <summary>The maximum length of an entry, in characters.</summary>
    int MaxItemLength { get; }
}

/// <summary>Like <see cref="TextRule{T}"/>, but for a list of texts.</summary>
/// <param name="maxItems">The maximum number of entries.</param>
/// <param name="maxItemLength">The maximum length of an entry, in characters.</param>
/// <param name="complain">Returns an error message, which is appended to the field's name; null if the list is valid.</param>
internal sealed class TextListRule<T>(int maxItems, int maxItemLength, Func<IReadOnlyList<string>?, string?> complain)
    : PropertyValidator<T, IReadOnlyList<string>?>, ITextListLimits
{
    private const string Complaint = nameof(Complaint);

    public override string Name => nameof(TextListRule<>);

    public int MaxItems => maxItems;

    public int MaxItemLength => maxItemLength;

    public override bool IsValid(ValidationContext<T> context, IReadOnlyList<string>? value)
    {
        if (complain(value) is not { } complaint)
        {
            return true;
        }

        context.MessageFormatter.AppendArgument(Complaint, complaint);
        return false;
    }

    protected override string GetDefaultMessageTemplate(string errorCode) => $"{{PropertyName}} {{{Complaint}}}";
}
