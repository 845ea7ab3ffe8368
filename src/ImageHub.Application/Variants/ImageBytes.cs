using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Variants;

/// <summary>Serves the bytes of images, verifies them against their rows and restores lost bytes.</summary>
internal sealed class ImageBytes(IServiceScopeFactory scopes, IObjectStore store, ObjectWatch watch, ImageCheckRunner checks)
{
    /// <summary>The maximum time that a request waits for an image's check, which may have to wait for those of other images.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(30);

    /// <summary>Opens the bytes of a rendition, full or the original. The caller must have checked the permissions.</summary>
    /// <param name="image">The image.</param>
    /// <param name="variant">The variant.</param>
    /// <param name="isPublic">Whether shared caches may store the bytes.</param>
    /// <exception cref="ProblemException">503 <c>objectLost</c> if the bytes are known to be lost.</exception>
    public async Task<ImageContent> OpenAsync(StoredImage image, ImageVariant variant, bool isPublic)
    {
        image = await EnsureAsync(image, variant);
        return Describe(image, variant, isPublic) with
        {
            Restore = async () => Describe(await RestoreAsync(image.Id, variant), variant, isPublic),
        };
    }

    /// <summary>Ensures that an image's bytes are not known to be lost. Checks and restores a suspect image first.</summary>
    /// <exception cref="ProblemException">503 <c>objectLost</c>.</exception>
    public async Task<StoredImage> EnsureAsync(StoredImage image, ImageVariant variant)
    {
        if (watch.IsSuspect(image.Id))
        {
            return await RestoreAsync(image.Id, variant);
        }

        // The row is read again if it records damage, which may concern another object, or if a check may have ended since the row was read.
        if (!image.HasDamages && !checks.WasJustRun(image.Id))
        {
            return image;
        }

        try
        {
            return await FindAsync(image.Id, variant);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ObjectLost)
        {
            return await RestoreDamagedAsync(image.Id, variant);
        }
    }

    /// <summary>Whether an image's objects are suspect, that is, not checked since wrong bytes were read.</summary>
    public bool IsSuspect(Guid imageId) => watch.IsSuspect(imageId);

    /// <summary>
    /// Like <see cref="RestoreAsync"/>, but for bytes known to be lost, which a backup may have restored. Skips the check if the result of the last check is
    /// still valid.
    /// </summary>
    public async Task<StoredImage> RestoreDamagedAsync(Guid imageId, ImageVariant variant)
    {
        await WaitAsync(checks.RunAgainAsync(imageId));
        return await FindAsync(imageId, variant);
    }

    /// <summary>Checks and restores an image with lost bytes.</summary>
    /// <returns>The image's new state.</returns>
    /// <exception cref="ProblemException">503 <c>objectLost</c> if the bytes cannot be restored; 404 if the image no longer exists.</exception>
    public async Task<StoredImage> RestoreAsync(Guid imageId, ImageVariant variant)
    {
        watch.Suspect(imageId);
        await WaitAsync(checks.RunAsync(imageId));
        return await FindAsync(imageId, variant);
    }

    /// <summary>Copies bytes to a file. Restores lost bytes first.</summary>
    /// <returns>The image's new state.</returns>
    /// <exception cref="ProblemException">503 if the bytes cannot be read or restored now; 404 if the image no longer exists.</exception>
    public async Task<StoredImage> FetchAsync(StoredImage image, ImageVariant variant, string path)
    {
        image = await EnsureAsync(image, variant);
        try
        {
            await CopyAsync(image, variant, path);
        }
        catch (LostObjectException)
        {
            image = await RestoreAsync(image.Id, variant);
            await CopyAsync(image, variant, path);
        }

        return image;
    }

    /// <summary>Opens an image's object as <see cref="ObjectWatch.OpenRead"/> does.</summary>
    public Stream OpenRead(ImageObject wanted) => watch.OpenRead(store, wanted);

    /// <summary>Waits for a check, which continues if the wait ends first.</summary>
    private static async Task WaitAsync(Task check)
    {
        try
        {
            await check.WaitAsync(MaxWait);
        }
        catch (TimeoutException) when (!check.IsCompleted)
        {
            throw new ProblemException(Problems.ServerBusy, $"The file is lost or damaged, and its check has not ended within {MaxWait.TotalSeconds} s; try again later.") { RetryAfter = MaxWait };
        }
    }

    private async Task CopyAsync(StoredImage image, ImageVariant variant, string path)
    {
        await using var file = PrivateFile.Create(path, FileOptions.Asynchronous);
        await using var content = OpenRead(image.FindObject(variant));
        await content.CopyToAsync(file);
    }

    private async Task<StoredImage> FindAsync(Guid imageId, ImageVariant variant)
    {
        await using var scope = scopes.CreateAsyncScope();
        var found = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        var image = await StoredImage.FindAsync(found, imageId);
        var stored = image.FindStored(variant).Name;
        return image.HasDamages && await found.DamagedObjects.AnyAsync(damaged => damaged.ImageId == imageId && damaged.Variant == stored)
            ? throw ProblemException.ObjectLost()
            : image;
    }

    private ImageContent Describe(StoredImage image, ImageVariant variant, bool isPublic)
    {
        var wanted = image.FindObject(variant);
        var name = variant == ImageVariant.Full || variant == ImageVariant.Original ? image.FileName : FileName.WithExtensionFor(image.FileName, ImageFormats.FromMediaType(wanted.ContentType));
        return new ImageContent(wanted.Key, wanted.Bytes, wanted.ContentType, image.BuildETag(variant), image.FindWriteTime(variant), name, isPublic)
        {
            Revision = image.Revision,
            IsStandIn = wanted.Variant != variant,
            Content = OpenRead(wanted),
            IsCompared = watch.IsCompared(wanted),
        };
    }
}
