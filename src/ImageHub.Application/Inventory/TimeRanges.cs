using System.Globalization;
using FluentValidation;

namespace ImageHub.Application.Inventory;

/// <summary>The rule for a time range that includes both ends.</summary>
internal static class TimeRanges
{
    /// <summary>Requires that the end of a range is absent, or at or after the start.</summary>
    public static IRuleBuilderOptions<T, DateTimeOffset?> NotBefore<T>(this IRuleBuilder<T, DateTimeOffset?> rule, Func<T, DateTimeOffset?> from) => rule
        .Must((query, to) => to is null || from(query) is not { } start || start <= to)
        .WithMessage((query, to) => string.Create(CultureInfo.InvariantCulture, $"to is {to:O}; it must not be before from, which is {from(query):O}."));
}
