using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Images;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Archives;

/// <summary>A ZIP of a group's images at full resolution, in the group's order.</summary>
/// <param name="GroupId">The group.</param>
public sealed record OpenGroupArchive(Guid GroupId) : IRequest<GroupArchive>;

/// <summary>An archive whose length is known and of which nothing is written yet. Memory and connections are not held while it is written.</summary>
public sealed class GroupArchive : IAsyncDisposable
{
    private static readonly TimeSpan AskedEvery = TimeSpan.FromSeconds(1);

    private readonly ArchiveList files;
    private readonly IObjectStore store;
    private readonly TimeProvider clock;

    internal GroupArchive(string fileName, long bytes, ArchiveList files, IObjectStore store, TimeProvider clock)
    {
        (FileName, Bytes) = (fileName, bytes);
        (this.files, this.store, this.clock) = (files, store, clock);
    }

    /// <summary>Asked between files, once a second at most: fails when the caller may have no more of them.</summary>
    internal Func<CancellationToken, Task>? StillAllowed { get; init; }

    /// <summary>What a download is called.</summary>
    public string FileName { get; }

    /// <summary>Its size.</summary>
    public long Bytes { get; }

    /// <summary>Writes it, object by object.</summary>
    /// <exception cref="ProblemException">The store cannot be read; what was written so far is no archive.</exception>
    /// <exception cref="InvalidDataException">An object is not what was stored; the same holds.</exception>
    public Task WriteToAsync(Stream to, CancellationToken cancellationToken)
    {
        var asked = clock.GetTimestamp();
        return new StoredZip(files, OpenAsync).WriteToAsync(to, cancellationToken);

        async ValueTask<Stream> OpenAsync(ArchivedFile file, CancellationToken cancellationToken)
        {
            if (StillAllowed is not null && clock.GetElapsedTime(asked) > AskedEvery)
            {
                await StillAllowed(cancellationToken);
                asked = clock.GetTimestamp();
            }

            return store.OpenRead(file.Key, file.Bytes);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => files.DisposeAsync();
}

internal sealed class OpenGroupArchiveHandler(IImageHubDb db, ICaller caller, GroupArchives archives) : IRequestHandler<OpenGroupArchive, GroupArchive>
{
    public async Task<GroupArchive> Handle(OpenGroupArchive request, CancellationToken cancellationToken)
    {
        var title = await db.Groups
            .OpenTo(caller)
            .Where(group => group.Id == request.GroupId)
            .Select(group => group.Title)
            .SingleOrDefaultAsync(cancellationToken)
            ?? throw ProblemException.NotFound("group");
        return await archives.OpenAsync(title, db.Images.InGroup(request.GroupId).VisibleTo(caller), cancellationToken);
    }
}

/// <summary>Archives of what a caller has been found to see.</summary>
internal sealed class GroupArchives(IStaging staging, IObjectStore store, TimeProvider clock, ILogger<GroupArchives> logger)
{
    /// <summary>Lists the images of an archive.</summary>
    /// <param name="title">The group's.</param>
    /// <param name="images">The images that the caller may see.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="stillAllowed">See <see cref="GroupArchive.StillAllowed"/>.</param>
    public async Task<GroupArchive> OpenAsync(
        string title, IQueryable<Image> images, CancellationToken cancellationToken, Func<CancellationToken, Task>? stillAllowed = null)
    {
        try
        {
            var files = new ArchiveList(staging.OpenScratch());
            try
            {
                var length = await ListAsync(images, files, cancellationToken);
                return new GroupArchive(BuildName(title), length, files, store, clock) { StillAllowed = stillAllowed };
            }
            catch
            {
                await files.DisposeAsync();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "The staging folder cannot be written to");
            throw ProblemException.DiskFailed();
        }
    }

    /// <summary>Reads which files there will be, once: the connection is free again before the first byte is sent to a client that may be slow.</summary>
    /// <returns>The archive's size in bytes.</returns>
    private static async Task<long> ListAsync(IQueryable<Image> images, ArchiveList files, CancellationToken cancellationToken)
    {
        var length = new ZipLength();
        var archived = ImageOrders.Position
            .Sort(images)
            .Select(image => FileFrom(image.Id, image.Revision, image.FileName, image.Full.Bytes, image.FullCrc32, image.TakenOrCreatedAt))
            .AsAsyncEnumerable();
        await foreach (var file in archived.WithCancellation(cancellationToken))
        {
            length.Add(file);
            files.Add(file);
        }

        return length.Bytes;
    }

    private static ArchivedFile FileFrom(Guid imageId, int revision, string fileName, long bytes, uint crc32, DateTime modifiedAt) =>
        new(ObjectKey.For(imageId, revision, ImageVariant.Full), fileName, bytes, crc32, modifiedAt);

    /// <summary>The title is no path: what stands before a slash in it belongs to the name.</summary>
    private static string BuildName(string title) => FileName.Sanitize(title.Replace('/', '_').Replace('\\', '_')) + ".zip";
}
