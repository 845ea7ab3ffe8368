using System.Buffers;
using System.Security.Cryptography;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using Microsoft.Extensions.Logging;

namespace ImageHub.Application.Uploads;

/// <summary>An incoming file, stored in a staging folder. Disposing deletes it.</summary>
/// <param name="Id">The folder's name, which becomes the id of the image or part.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Path">The file.</param>
/// <param name="Bytes">The file's size in bytes.</param>
/// <param name="Sha256">The file's SHA-256 hash: 32 bytes.</param>
internal sealed record SpooledFile(Guid Id, StagingFolder Folder, string Path, long Bytes, byte[] Sha256) : IDisposable
{
    /// <summary>The format according to the file's signature; null if it is not accepted.</summary>
    public ImageFormat? ClaimedFormat { get; init; }

    /// <summary>The hash of the second algorithm, if requested.</summary>
    public byte[]? OtherHash { get; init; }

    public void Dispose() => Folder.Dispose();
}

/// <summary>Writes incoming bytes to the local disk while hashing them, so that memory use does not depend on the file's size.</summary>
internal sealed class FileSpool(IStaging staging, IImageRenderer renderer, TimeProvider clock, ILogger<FileSpool> logger)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Writes streams consecutively into one file.</summary>
    /// <param name="contents">The streams.</param>
    /// <param name="maxBytes">The maximum total size in bytes.</param>
    /// <param name="tooLong">Creates the error if the size exceeds the maximum.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <param name="otherHash">A second hash algorithm, or null.</param>
    /// <exception cref="ProblemException">The error from <paramref name="tooLong"/>, or 503 if the disk cannot be written to.</exception>
    public async Task<SpooledFile> WriteAsync(
        IEnumerable<Stream> contents, long maxBytes, Func<ProblemException> tooLong, CancellationToken cancellationToken, HashAlgorithmName? otherHash = null)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var folder = OnDisk(() => staging.Create(id));
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var other = otherHash is { } algorithm ? IncrementalHash.CreateHash(algorithm) : null;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var path = folder.File("original");
            await using var file = OnDisk(() => PrivateFile.Create(path, FileOptions.Asynchronous));
            long bytes = 0;
            foreach (var content in contents)
            {
                int read;
                while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    bytes += read;
                    if (bytes > maxBytes)
                    {
                        throw tooLong();
                    }

                    sha256.AppendData(buffer, 0, read);
                    other?.AppendData(buffer, 0, read);
                    await WriteAsync(file, buffer.AsMemory(0, read), cancellationToken);
                }
            }

            return new SpooledFile(id, folder, path, bytes, sha256.GetHashAndReset())
            {
                ClaimedFormat = OnDisk(() => renderer.Detect(file.SafeFileHandle)),
                OtherHash = other?.GetHashAndReset(),
            };
        }
        catch
        {
            folder.Dispose();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException exception)
        {
            throw DiskFailed(exception);
        }
    }

    private T OnDisk<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DiskFailed(exception);
        }
    }

    private ProblemException DiskFailed(Exception exception)
    {
        logger.LogError(exception, "The staging folder cannot be written to");
        return ProblemException.DiskFailed();
    }
}
