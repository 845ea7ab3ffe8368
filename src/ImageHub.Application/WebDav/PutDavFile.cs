using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using MediatR;

namespace ImageHub.Application.WebDav;

/// <summary>
/// Writes a file. An image becomes an image of the folder's group; an image with the same name and other content is moved to the trash. Other files become
/// placeholders.
/// </summary>
/// <param name="Path">The address.</param>
/// <param name="Content">The content, readable once.</param>
/// <param name="DeclaredBytes">The size declared by the client, or null.</param>
/// <param name="Conditions">The conditions.</param>
public sealed record PutDavFile(DavPath Path, Stream Content, long? DeclaredBytes, DavConditions Conditions) : IRequest<WrittenDavFile>, IThrottled
{
    /// <inheritdoc/>
    public Throttle Throttle => Throttle.Uploads;
}

/// <summary>A written file.</summary>
/// <param name="IsNew">Whether no file had the name before.</param>
/// <param name="Href">The encoded path of the file, whose name may have got the extension of its content; null for a file that is not kept.</param>
/// <param name="ETag">The strong entity tag, without quotes, or null.</param>
public sealed record WrittenDavFile(bool IsNew, string? Href, string? ETag);

internal sealed class PutDavFileHandler(DavTree tree, DavLocks locks, DavFiles files, DavJunk junk) : IRequestHandler<PutDavFile, WrittenDavFile>
{
    public async Task<WrittenDavFile> Handle(PutDavFile request, CancellationToken cancellationToken)
    {
        if (request.Path.IsJunk)
        {
            await junk.ReceiveAsync(request.Path, request.Content, request.DeclaredBytes, cancellationToken);
            return new WrittenDavFile(true, null, null);
        }

        var (folder, sentName, _) = await FindAsync(request, cancellationToken);
        using var received = await files.ReceiveAsync(folder, sentName, request.Content, request.DeclaredBytes, cancellationToken);

        // Others may have changed the folder while the content arrived, and the name may have got the extension of the content.
        (folder, sentName, var found) = await FindAsync(request, cancellationToken);
        if (folder.GroupId != received.Folder.GroupId)
        {
            throw new ProblemException(Problems.PreconditionFailed, $"The folder of '{sentName}' was moved or replaced meanwhile; send the request again.");
        }

        var (conditions, current) = (request.Conditions, found?.File?.ImageId);
        if (received.Name != sentName)
        {
            var renamed = await tree.FindFileAsync(folder, received.Name, cancellationToken) is { } file ? new DavResource(folder, file) : null;
            if (renamed is not null)
            {
                await locks.EnsureHoldAsync(new DavPlace(folder, received.Name, received.Name, renamed), conditions with { Lists = [] }, cancellationToken);
            }

            await locks.EnsureUnlockedAsync(folder, received.Name, conditions, isMembershipChanged: renamed is null, cancellationToken);
            current = renamed?.File?.ImageId;
        }

        var isConditional = conditions.Match is not null || conditions.NoneMatch is not null;
        var isNew = await files.WriteAsync(received with { Folder = folder, Expected = isConditional ? new ExpectedImage(current) : null }, cancellationToken);
        var written = await tree.FindFileAsync(folder, received.Name, cancellationToken);
        return new WrittenDavFile(isNew && found is null, folder.HrefOf(received.Name), written?.ETag);
    }

    /// <summary>Finds the file's folder and name, and checks conditions and locks.</summary>
    private async Task<(DavFolder Folder, string Name, DavResource? Resource)> FindAsync(PutDavFile request, CancellationToken cancellationToken)
    {
        var place = await tree.FindAsync(request.Path, cancellationToken);
        if (place.Resource is { File: null })
        {
            throw new ProblemException(Problems.MethodNotAllowed, "This is a folder; PUT writes files.");
        }

        var folder = place.Parent ?? throw NoSuchFolder();
        await locks.EnsureHoldAsync(place, request.Conditions, cancellationToken);
        await locks.EnsureUnlockedAsync(folder, place.FileName, request.Conditions, isMembershipChanged: place.Resource is null, cancellationToken);
        return (folder, place.FileName, place.Resource);
    }

    /// <summary>The error for a place whose folder does not exist (RFC 4918, section 9.7.1).</summary>
    public static ProblemException NoSuchFolder() => new(Problems.NoSuchFolder, "The folder of this file does not exist; create it first.");
}
