using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.Variants;
using MediatR;

namespace ImageHub.Application.WebDav;

/// <summary>Opens a file: the image as sent, or a placeholder.</summary>
/// <param name="Path">The address.</param>
/// <param name="IsDescriptionOnly">Whether only the headers are requested. A key with the scope <c>upload</c> may also request the headers of images.</param>
public sealed record OpenDavFile(DavPath Path, bool IsDescriptionOnly) : IRequest<OpenedDavFile>;

/// <summary>An opened folder or file.</summary>
/// <param name="Resource">The folder or file.</param>
/// <param name="Image">The bytes of an image, or null.</param>
/// <param name="Placeholder">The bytes of a placeholder, or null.</param>
public sealed record OpenedDavFile(DavResource Resource, ImageContent? Image, Stream? Placeholder);

internal sealed class OpenDavFileHandler(DavTree tree, DavFiles files, DavJunk junk, IMediator mediator, ICaller caller) : IRequestHandler<OpenDavFile, OpenedDavFile>
{
    public async Task<OpenedDavFile> Handle(OpenDavFile request, CancellationToken cancellationToken)
    {
        if (request.IsDescriptionOnly && await junk.FindAsync(request.Path, cancellationToken) is { } discarded)
        {
            return new OpenedDavFile(discarded, null, null);
        }

        var found = await tree.FindResourceAsync(request.Path, cancellationToken);
        if (found.File is { PlaceholderId: not null } placeholder)
        {
            return new OpenedDavFile(found, null, files.OpenRead(placeholder));
        }

        if (found.IsFolder || (request.IsDescriptionOnly && !caller.IsAdmin))
        {
            return new OpenedDavFile(found, null, null);
        }

        caller.EnsureAdminKey("Reading images needs a key with the scope 'admin'.");
        var wanted = new WantedBytes(found.File.Variant, IsDownload: true);
        return new OpenedDavFile(found, await mediator.Send(new OpenRendition(found.File.ImageId!.Value, wanted, MayRedirect: false, request.IsDescriptionOnly), cancellationToken), null);
    }
}

/// <summary>The scopes of WebDAV.</summary>
internal static class DavScopes
{
    /// <summary>Throws if a key may only upload.</summary>
    /// <param name="caller">The caller.</param>
    /// <param name="rule">The rule, as a sentence.</param>
    /// <exception cref="ProblemException">403 <c>insufficientScope</c>.</exception>
    public static void EnsureAdminKey(this ICaller caller, string rule)
    {
        if (!caller.IsAdmin)
        {
            throw new ProblemException(Problems.InsufficientScope, $"The key has the scope 'upload'. {rule}");
        }
    }
}
