using FluentValidation;
using ImageHub.Application.Requests;
using ImageHub.Domain.Images;

namespace ImageHub.Application.OneDrive;

/// <summary>The rules for names in OneDrive.</summary>
internal static class OneDriveName
{
    private const string Forbidden = "\"*:<>?/\\|";

    /// <summary>Requires 1 to 200 characters that OneDrive allows in names.</summary>
    public static IRuleBuilderOptions<T, string?> ItemName<T>(this IRuleBuilder<T, string?> rule) => rule
        .RequiredText(FileName.MaxLength)
        .Must(name => name is null || !name.Any(character => Forbidden.Contains(character, StringComparison.Ordinal) || char.IsControl(character)))
        .WithMessage("{PropertyName} contains one of \" * : < > ? / \\ | or a line break, which OneDrive does not allow.")
        .Must(name => name is null || name.Trim() is not ("." or ".."))
        .WithMessage("{PropertyName} is '.' or '..', which OneDrive does not allow.");
}
