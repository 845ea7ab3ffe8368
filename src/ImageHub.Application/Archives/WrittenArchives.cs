using System.Globalization;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Application.Variants;
using ImageHub.Domain.Archives;
using ImageHub.Domain.Images;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Archives;

/// <summary>
/// The file lists of created archives, with keys, names, sizes and checksums. Each list is an object in the store. Equal lists created within the same period
/// share an object, so repeated requests for an archive need no further space.
/// </summary>
internal sealed class WrittenArchives(IObjectStore store, IStaging staging, ImageBytes bytes, TimeProvider clock, ILogger<WrittenArchives> logger)
{
    /// <summary>The prefix of all list keys.</summary>
    public const string Root = "archives/";

    /// <summary>The age after which no valid archive uses a list, because all archives that share a list are created within one period.</summary>
    public static readonly TimeSpan KeptFor = Archive.Lifetime * 3;

    private const string ContentType = "application/octet-stream";

    /// <summary>Writes the list of an archive, and the text file that names missing images.</summary>
    /// <returns>The list's key and size, and the text file's size, which is 0 if there is no text file.</returns>
    public async Task<(string Key, long ListBytes, long NoteBytes)> WriteAsync(GroupArchive archive, CancellationToken cancellationToken)
    {
        var period = clock.GetUtcNow().Ticks / Archive.Lifetime.Ticks;
        var key = string.Create(CultureInfo.InvariantCulture, $"{Root}{period}/{archive.ETag}");
        var folder = staging.CreateFolder();
        try
        {
            var list = await CopyAsync(Path.Combine(folder, "list"), file => archive.List.CopyToAsync(file, cancellationToken));
            List<NewObject> objects = [new NewObject(key, list.Path, ContentType)];
            var noteBytes = 0L;
            if (archive.Note is { } note)
            {
                var copied = await CopyAsync(Path.Combine(folder, "note"), file => note.CopyToAsync(file, cancellationToken));
                objects.Add(new NewObject(NoteKey(key), copied.Path, ContentType));
                noteBytes = copied.Bytes;
            }

            await store.PutAsync(objects, cancellationToken);
            return (key, list.Bytes, noteBytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "The staging folder cannot be written to");
            throw ProblemException.DiskFailed();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The variant of an archive's files.</summary>
    public static ImageVariant FindVariant(Archive archive) =>
        ImageVariant.Parse(archive.Variant)! is var variant && archive.Mark > 0 ? variant.MarkedBy(archive.Mark) : variant;

    /// <summary>Opens an archive from its stored list.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="stillAllowed">Called at most once a second while the archive is read; throws if the caller's permission has ended.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<GroupArchive> OpenAsync(Archive archive, Func<CancellationToken, Task> stillAllowed, CancellationToken cancellationToken)
    {
        try
        {
            var list = ArchiveList.Read(await CopyAsync(archive.ListKey, archive.ListBytes, cancellationToken));
            try
            {
                var note = archive.NoteBytes > 0 ? new MissingNote(await CopyAsync(NoteKey(archive.ListKey), archive.NoteBytes, cancellationToken)) : null;
                return new GroupArchive(archive.FileName, FindVariant(archive), list, note, bytes, clock, stillAllowed);
            }
            catch
            {
                await list.DisposeAsync();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.LogError(exception, "The staging folder cannot be written to");
            throw ProblemException.DiskFailed();
        }
    }

    /// <summary>Copies an object to a temporary file.</summary>
    private async Task<Stream> CopyAsync(string key, long length, CancellationToken cancellationToken)
    {
        var scratch = staging.OpenScratch();
        try
        {
            await using var written = store.OpenRead(key, length);
            await written.CopyToAsync(scratch, cancellationToken);
            return scratch;
        }
        catch
        {
            await scratch.DisposeAsync();
            throw;
        }
    }

    private static string NoteKey(string listKey) => listKey + "-missing";

    private static async Task<(string Path, long Bytes)> CopyAsync(string path, Func<Stream, Task> copy)
    {
        await using var file = PrivateFile.Create(path, FileOptions.Asynchronous);
        await copy(file);
        await file.FlushAsync();
        return (path, file.Length);
    }
}

/// <summary>Deletes expired archives and their lists.</summary>
public sealed record PruneArchives : IRequest
{
    /// <summary>The interval of the job.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromMinutes(10);
}

internal sealed class PruneArchivesHandler(IImageHubDb db, IObjectStore store, UnreferencedObjects unreferenced, TimeProvider clock) : IRequestHandler<PruneArchives>
{
    private const int BatchSize = 500;

    public async Task<Unit> Handle(PruneArchives request, CancellationToken cancellationToken)
    {
        var now = clock.Now();
        await db.Archives.Where(archive => archive.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        var ended = new List<string>();
        await foreach (var list in store.ListAsync(WrittenArchives.Root, cancellationToken))
        {
            if (list.WrittenAt <= now - WrittenArchives.KeptFor)
            {
                ended.Add(list.Key);
            }

            if (ended.Count == BatchSize)
            {
                await unreferenced.TryDeleteAsync(ended);
                ended = [];
            }
        }

        await unreferenced.TryDeleteAsync(ended);
        return Unit.Value;
    }
}
