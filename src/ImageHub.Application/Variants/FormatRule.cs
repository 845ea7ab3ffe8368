using FluentValidation;
using ImageHub.Domain.Images;

namespace ImageHub.Application.Variants;

/// <summary>The allowed values of <c>format</c>.</summary>
internal static class FormatRule
{
    private static readonly string[] OfFull = [ImageFormat.Jpeg.Name()];
    private static readonly string[] OfOthers = [ImageFormat.Avif.Name(), ImageFormat.WebP.Name()];

    /// <summary>Allows <c>jpeg</c> for full, <c>avif</c> and <c>webp</c> for renditions, or null.</summary>
    public static void FormatOf<T>(this IRuleBuilder<T, string?> rule, Func<T, ImageVariant> variant) => rule
        .Must((request, format) => format is null || Allowed(variant(request)).Contains(format))
        .WithMessage(request => Allowed(variant(request)) is [var only] ? $"format is '{{PropertyValue}}'; {only} is allowed." : "format is '{PropertyValue}'; avif and webp are allowed.");

    private static string[] Allowed(ImageVariant variant) => variant == ImageVariant.Full || variant == ImageVariant.Original ? OfFull : OfOthers;
}
