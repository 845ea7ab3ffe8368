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
/// <param name="ETag">The strong entity tag, without quotes; null if the stored bytes differ from the sent bytes, and for a file that is not kept.</param>
public sealed record WrittenDavFile(bool IsNew, string? Href, string? ETag);

internal sealed class PutDavFileHandler(DavTree tree, DavLocks locks, DavFiles files, DavJunk junk, DavProtection protection) : IRequestHandler<PutDavFile, WrittenDavFile>
{
    public async Task<WrittenDavFile> Handle(PutDavFile request, CancellationToken cancellationToken)
    {
        if (request.Path.IsJunk)
        {
            return new WrittenDavFile(await junk.ReceiveAsync(request.Path, request.Content, request.DeclaredBytes, cancellationToken), null, null);
        }

        var place = await FindAsync(request, cancellationToken);
        using var received = await files.ReceiveAsync(place.Parent!, place.Segment, place.FileName, request.Content, request.DeclaredBytes, cancellationToken);

        // The place is found again. Others may have changed the folder while the content arrived, and the name may have changed to match the content.
        place = await FindAsync(request, cancellationToken);
        var (folder, name, conditions) = (place.Parent!, received.StoredName, request.Conditions);
        if (folder.GroupId != received.Folder.GroupId)
        {
            throw new ProblemException(Problems.NoSuchFolder, $"The folder of '{place.FileName}' was moved or replaced meanwhile; send the request again.");
        }

        var current = place.Resource;
        if (name != place.FileName)
        {
            current = await tree.FindFileAsync(folder, name, cancellationToken) is { } file ? new DavResource(folder, file) : null;
            if (current is not null)
            {
                await locks.EnsureConditionsHoldAsync(new DavPlace(folder, name, name, current), conditions with { Lists = [] }, cancellationToken);
            }

            await locks.EnsureUnlockedAsync(folder, name, conditions, isAddedOrRemoved: current is null, cancellationToken);
        }

        var expected = conditions.HasETags ? new ExpectedDavFile(current?.File?.ETag) : null;
        var isNew = await files.WriteAsync(received with { Folder = folder, Expected = expected, Conditions = conditions }, cancellationToken);
        await protection.EndAsync();
        var written = await tree.FindFileAsync(folder, name, cancellationToken);

        // A strong entity tag would promise that the file has the bytes as sent (RFC 9110, section 9.3.4).
        var isAsSent = written?.Bytes == received.Spooled.Bytes && (written.ImageId is null || written.Sha256.AsSpan().SequenceEqual(received.Spooled.Sha256));
        return new WrittenDavFile(isNew && place.Resource is null, folder.HrefOf(name), isAsSent ? written!.ETag : null);
    }

    /// <summary>Finds the file's place, checks conditions and locks, and protects what is there.</summary>
    private async Task<DavPlace> FindAsync(PutDavFile request, CancellationToken cancellationToken)
    {
        var place = await tree.FindAsync(request.Path, cancellationToken);
        if (place.Resource is { IsFolder: true })
        {
            throw new ProblemException(Problems.MethodNotAllowed, "This is a folder; PUT writes files.");
        }

        var folder = place.Parent ?? throw DavProblems.NoSuchFolder();
        await locks.EnsureConditionsHoldAsync(place, request.Conditions, cancellationToken);
        await protection.BeginAsync(place, cancellationToken);
        await locks.EnsureUnlockedAsync(folder, place.FileName, request.Conditions, isAddedOrRemoved: place.Resource is null, cancellationToken);
        return place;
    }
}
