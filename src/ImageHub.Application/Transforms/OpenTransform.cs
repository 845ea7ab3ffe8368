using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Requests;
using ImageHub.Application.Secrets;
using ImageHub.Application.Variants;
using ImageHub.Domain.Groups;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Application.Transforms;

/// <summary>Opens a published image in the size, crop and format of a signed address. It is rendered on the first request and never enlarged.</summary>
/// <param name="KeyId">The id of the key that signed the address.</param>
/// <param name="Signature">The signature of the rest of the address: <c>/options/file</c>.</param>
/// <param name="Options">The options, such as <c>w:800,h:600,fit:cover</c>.</param>
/// <param name="File">The image's id, a dot and the format.</param>
public sealed record OpenTransform(string KeyId, string Signature, string Options, string File) : IRequest<ImageContent>;

internal sealed class OpenTransformHandler(IImageHubDb db, ISecrets secrets, ImageDelivery delivery, TimeProvider clock) : IRequestHandler<OpenTransform, ImageContent>
{
    // Longer than any valid options.
    private const int MaxOptionsLength = 200;

    /// <summary>
    /// Compiled once, because compiling takes longer than running the query. Every request that no cached response answers runs it to read the key and the
    /// image.
    /// </summary>
    private static readonly Func<DbContext, Guid, Guid, CancellationToken, Task<Found?>> FindAsync = EF.CompileAsyncQuery(
        (DbContext context, Guid keyId, Guid imageId, CancellationToken cancellationToken) => (
            from key in ((IImageHubDb)context).TransformKeys
            from image in ((IImageHubDb)context).Images
                .Where(image => image.Id == imageId && image.DeletedAt == null && image.IsPublished && image.OwnerId == null)
                .DefaultIfEmpty()
            where key.Id == keyId
            select new Found(key.ProtectedKey, image, image != null && image.Damages.Any())).SingleOrDefault());

    public async Task<ImageContent> Handle(OpenTransform request, CancellationToken cancellationToken)
    {
        var (id, extension) = SplitFile(request.File);
        if (request.Signature.Length != TransformKeyText.SignatureLength || request.Options.Length > MaxOptionsLength || !IdText.TryParse(request.KeyId, out var keyId)
            || await FindAsync((DbContext)db, keyId, id, cancellationToken) is not { } found
            || secrets.Unprotect(TransformKeyText.Purpose, found.ProtectedKey) is not { } key
            || !TransformKeyText.IsSignature(request.Signature, key, $"/{request.Options}/{request.File}"))
        {
            throw ProblemException.NotFound("image");
        }

        var options = TransformOptions.Parse(request.Options, extension);
        if (found.Image is null || (options.Expiry is { } expiry && expiry <= clock.GetUtcNow().ToUnixTimeSeconds()))
        {
            throw ProblemException.NotFound("image");
        }

        var image = StoredImage.From(found.Image, found.HasDamages);
        var focus = found.Image is { FocusX: { } x, FocusY: { } y } ? new FocusPoint(x, y) : null;
        var transform = options.Resolve(FindLargest(image, image.Rights), focus);
        return await delivery.OpenAsync(image, image.Rights, new WantedBytes(ImageVariant.From(transform)), isPublic: true, cancellationToken);
    }

    /// <summary>The size of the largest picture that visitors may have. High replaces a missing large rendition.</summary>
    private static Box FindLargest(StoredImage image, VisitorRights rights) => image.FindBox(rights.AllowFull ? ImageVariant.Full : image.FindStored(ImageVariant.Large));

    /// <summary>The id and the extension of the last segment; an empty id if it has none.</summary>
    private static (Guid Id, string Extension) SplitFile(string file)
    {
        var dot = file.LastIndexOf('.');
        return dot > 0 && IdText.TryParse(file[..dot], out var id) ? (id, file[(dot + 1)..]) : (Guid.Empty, dot < 0 ? "" : file[(dot + 1)..]);
    }

    private sealed record Found(string ProtectedKey, Image? Image, bool HasDamages);
}
