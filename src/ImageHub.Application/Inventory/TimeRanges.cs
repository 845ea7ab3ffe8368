using System.Globalization;
using FluentValidation;

namespace ImageHub.Application.Inventory;

/// <summary>The rule of a range of times whose ends both belong to it.</summary>
internal static class TimeRanges
{
    /// <summary>Null, or a time that is not before the range's start.</summary>
    public static IRuleBuilderOptions<T, DateTimeOffset?> NotBefore<T>(this IRuleBuilder<T, DateTimeOffset?> rule, Func<T, DateTimeOffset?> from) => rule
        .Must((query, to) => to is null || from(query) is not { } start || start <= to)
        .WithMessage((query, to) => string.Create(CultureInfo.InvariantCulture, $"to is {to:O}; it must not be before from, which is {from(query):O}."));
}
