using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Images;

/// <summary>Rotates images, each in a transaction of its own. The rotated image is the next revision.</summary>
internal sealed class ImageRotation(IServiceScopeFactory scopes)
{
    /// <summary>The allowed rotations, in degrees clockwise.</summary>
    public static readonly IReadOnlyList<int> Allowed = [90, 180, 270];

    /// <summary>The allowed rotations, for error messages.</summary>
    public static readonly string AllowedText = string.Join(", ", Allowed.SkipLast(1)) + $" or {Allowed[^1]}";

    /// <exception cref="ProblemException">422 <c>cannotRotate</c>.</exception>
    public static void EnsurePossible(Image image)
    {
        if (!image.Format.HasOrientation())
        {
            var possible = Enum.GetValues<ImageFormat>().Where(format => format.HasOrientation()).Select(format => format.Title());
            throw new ProblemException(
                Problems.CannotRotate, $"'{image.FileName}' is a {image.Format.Title()} file, which cannot be rotated without changing its pixels; {string.Join(", ", possible)} can.");
        }
    }

    /// <summary>Rotates an image clockwise. Does nothing if the image no longer exists.</summary>
    /// <exception cref="ProblemException">503, or the reason why the file cannot be rotated.</exception>
    public async Task RotateAsync(Guid imageId, int degrees)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ImageCheck>().RunAsync(imageId, rotation: degrees);
    }
}
