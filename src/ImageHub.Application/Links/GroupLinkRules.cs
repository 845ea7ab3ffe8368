using System.Text;
using FluentValidation;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.Links;

namespace ImageHub.Application.Links;

/// <summary>The rules for group links, for creation and updates.</summary>
internal static class GroupLinkRules
{
    private const int MinPasswordLength = 4;

    // bcrypt ignores further bytes.
    private const int MaxPasswordBytes = 72;

    private const int MaxMaxViews = 1_000_000;

    public static IRuleBuilderOptions<T, int?> LinkLifetime<T>(this IRuleBuilder<T, int?> rule)
    {
        var (min, max) = ((int)Link.MinLifetime.TotalSeconds, (int)Link.MaxGroupLifetime.TotalSeconds);
        return rule.InclusiveBetween(min, max).WithMessage($"expiresInSeconds is {{PropertyValue}}; it must be {min} to {max}, or absent.");
    }

    public static IRuleBuilderOptions<T, string?> LinkPassword<T>(this IRuleBuilder<T, string?> rule) =>
        rule.SetValidator(new TextRule<T>(MinPasswordLength, MaxPasswordBytes, password =>
            password is null || (Characters.Count(password) >= MinPasswordLength && Encoding.UTF8.GetByteCount(password) <= MaxPasswordBytes)
                ? null
                : $"has {Characters.Count(password)} characters and {Encoding.UTF8.GetByteCount(password)} bytes; {MinPasswordLength} characters to {MaxPasswordBytes} bytes are allowed."));

    public static IRuleBuilderOptions<T, int?> LinkViewLimit<T>(this IRuleBuilder<T, int?> rule) =>
        rule.InclusiveBetween(1, MaxMaxViews).WithMessage($"maxViews is {{PropertyValue}}; it must be 1 to {MaxMaxViews}, or absent.");

    public static IRuleBuilderOptions<T, int?> LinkFavouriteLimit<T>(this IRuleBuilder<T, int?> rule) =>
        rule.InclusiveBetween(1, LinkGuest.MaxFavourites).WithMessage($"maxFavourites is {{PropertyValue}}; it must be 1 to {LinkGuest.MaxFavourites}, or absent.");

    public static IRuleBuilderOptions<T, int?> LinkFileLimit<T>(this IRuleBuilder<T, int?> rule, string name) =>
        rule.InclusiveBetween(1, Link.MaxMaxFiles).WithMessage($"{name} is {{PropertyValue}}; it must be 1 to {Link.MaxMaxFiles}, or absent.");

    public static IRuleBuilderOptions<T, long?> LinkByteLimit<T>(this IRuleBuilder<T, long?> rule) =>
        rule.InclusiveBetween(Link.MinMaxBytes, Link.MaxMaxBytes).WithMessage($"maxBytes is {{PropertyValue}}; it must be {Link.MinMaxBytes} to {Link.MaxMaxBytes}, or absent.");
}
