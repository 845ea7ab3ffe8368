using FluentValidation;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>The allowed values of <c>format</c>.</summary>
internal static class FormatRule
{
    private static readonly string[] OfFull = [ImageFormat.Jpeg.Name()];
    private static readonly string[] OfOthers = [ImageFormat.Avif.Name(), ImageFormat.WebP.Name()];

    /// <summary>Allows <c>jpeg</c> for full and original, and <c>avif</c> and <c>webp</c> for all other variants. Null is always allowed.</summary>
    public static void ValidFormat<T>(this IRuleBuilder<T, WantedBytes> rule) => rule
        .Must(wanted => wanted.Format is null || Allowed(wanted.Variant).Contains(wanted.Format))
        .WithMessage((_, wanted) => Allowed(wanted.Variant) is [var only] ? $"format is '{wanted.Format}'; {only} is allowed." : $"format is '{wanted.Format}'; avif and webp are allowed.")
        .OverridePropertyName("format");

    private static string[] Allowed(ImageVariant variant) => variant == ImageVariant.Full || variant == ImageVariant.Original ? OfFull : OfOthers;
}
