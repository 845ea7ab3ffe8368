using System.Globalization;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Application.Thumbnails;
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

    /// <summary>The maximum number of images that one request rotates at a time.</summary>
    public static readonly int AtOnce = Math.Min(Environment.ProcessorCount, 8);

    /// <summary>The maximum time that a rotation waits for its start.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    // Limits concurrent rotations, because each one holds a database connection, also while it waits for a worker.
    private readonly RenderSlots slots = new(AtOnce + 1);

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
    public async Task RotateAsync(ICaller caller, Guid imageId, int degrees)
    {
        var contributor = caller.IsCurator ? null : caller.UserId;
        using var slot = await EnterAsync(contributor);
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ImageCheck>().RunAsync(imageId, new ImageCheckOptions(contributor ?? RenderAccounts.Admins, Rotation: degrees));
    }

    private async Task<IDisposable> EnterAsync(Guid? contributor)
    {
        using var patience = new CancellationTokenSource(MaxWait);
        try
        {
            return await slots.EnterAsync(contributor?.ToString("N", CultureInfo.InvariantCulture), patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new ProblemException(Problems.ServerBusy, $"Other images are being rotated, and this one has waited for {MaxWait.TotalSeconds} s; try again.");
        }
    }
}
