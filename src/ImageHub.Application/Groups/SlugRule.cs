using FluentValidation;
using ImageHub.Application.Requests;
using ImageHub.Domain;
using ImageHub.Domain.Groups;

namespace ImageHub.Application.Groups;

/// <summary>The rule for slugs.</summary>
internal static class SlugRule
{
    private static readonly string Pattern = $"^[a-z0-9-]{{1,{Group.MaxSlugLength}}}$";

    /// <summary>Allows null or a slug.</summary>
    public static IRuleBuilderOptions<T, string?> Slug<T>(this IRuleBuilder<T, string?> rule) => rule
        .SetValidator(new TextFormRule<T>(Pattern, Group.IsSlug))
        .WithMessage((_, slug) =>
            $"slug is '{Characters.Take(slug!, Group.MaxSlugLength)}'; 1 to {Group.MaxSlugLength} characters a–z, 0–9 and - are allowed, but not in the form of an id.");
}
