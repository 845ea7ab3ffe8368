using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Application.Images;

/// <summary>The bytes of images, which are compared with their rows on the way and made again when they are lost.</summary>
internal sealed class ImageBytes(IServiceScopeFactory scopes, IObjectStore store, ObjectWatch watch, ImageChecks checks)
{
    /// <summary>The bytes of low, medium, high, full or the original, for a caller who has been found to get them.</summary>
    /// <param name="image">The image.</param>
    /// <param name="variant">Which of them.</param>
    /// <param name="isPublic">Whether caches may keep them for everyone.</param>
    /// <exception cref="ProblemException">503 <c>objectLost</c> when they are known to be lost.</exception>
    public async Task<RenditionFile> OpenAsync(StoredImage image, ImageVariant variant, bool isPublic)
    {
        image = await EnsureAsync(image, variant);
        return Describe(image, variant, isPublic) with
        {
            Restore = async () => Describe(await RestoreAsync(image.Id, variant), variant, isPublic),
        };
    }

    /// <summary>An image whose bytes are not known to be lost; it is made again first where something was found wrong with it.</summary>
    /// <exception cref="ProblemException">503 <c>objectLost</c>.</exception>
    public async Task<StoredImage> EnsureAsync(StoredImage image, ImageVariant variant)
    {
        if (watch.IsSuspect(image.Id))
        {
            return await RestoreAsync(image.Id, variant);
        }

        // Another of its objects may be the one that is lost; and a check may have ended since the row was read.
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

    /// <summary>Whether something was found wrong with an image's objects, and nobody has looked after it yet.</summary>
    public bool IsSuspect(Guid imageId) => watch.IsSuspect(imageId);

    /// <summary>As <see cref="RestoreAsync"/>, for bytes that are known to be lost: somebody may have brought them back from a backup.</summary>
    public async Task<StoredImage> RestoreDamagedAsync(Guid imageId, ImageVariant variant)
    {
        await checks.RunAgainAsync(imageId);
        return await FindAsync(imageId, variant);
    }

    /// <summary>Looks after an image that was found to have lost bytes.</summary>
    /// <returns>The image as it is now.</returns>
    /// <exception cref="ProblemException">503 <c>objectLost</c> when nothing is left to make them again from; 404 when the image is gone.</exception>
    public async Task<StoredImage> RestoreAsync(Guid imageId, ImageVariant variant)
    {
        watch.Suspect(imageId);
        await checks.RunAsync(imageId);
        return await FindAsync(imageId, variant);
    }

    /// <summary>Copies bytes to a file; where they are lost, they are made again first.</summary>
    /// <returns>The image as it is then.</returns>
    /// <exception cref="ProblemException">503 when they cannot be read or made again now; 404 when the image is gone.</exception>
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

    /// <summary>Opens an object of an image, as <see cref="ObjectWatch.OpenRead"/>.</summary>
    public Stream OpenRead(ImageObject wanted) => watch.OpenRead(store, wanted);

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
        var image = await found.Images.Where(image => image.Id == imageId).Select(StoredImage.Projection).SingleOrDefaultAsync()
            ?? throw ProblemException.NotFound("image");
        var stored = image.FindStored(variant).Name;
        return image.HasDamages && await found.DamagedObjects.AnyAsync(damaged => damaged.ImageId == imageId && damaged.Variant == stored)
            ? throw ProblemException.ObjectLost()
            : image;
    }

    private RenditionFile Describe(StoredImage image, ImageVariant variant, bool isPublic)
    {
        var wanted = image.FindObject(variant);
        var name = variant == ImageVariant.Full || variant == ImageVariant.Original ? image.FileName : FileName.WithExtensionFor(image.FileName, ImageFormats.OfMediaType(wanted.ContentType));
        return new RenditionFile(wanted.Key, wanted.Bytes, wanted.ContentType, image.BuildETag(variant), image.CreatedAt, name, isPublic)
        {
            Revision = image.Revision,
            IsStandIn = wanted.Variant != variant,
            Content = OpenRead(wanted),
            IsCompared = watch.IsCompared(wanted),
        };
    }
}
