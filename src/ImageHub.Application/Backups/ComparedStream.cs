using System.Security.Cryptography;
using ImageHub.Application.Storage;

namespace ImageHub.Application.Backups;

/// <summary>
/// A file of a backup that is compared with the manifest while it is read. A place that is written to by somebody else can return another content after the
/// file was verified.
/// </summary>
/// <param name="content">The content.</param>
/// <param name="expected">The size and the SHA-256 in the manifest.</param>
/// <param name="path">The full path or address of the file, for the error.</param>
internal sealed class ComparedStream(Stream content, BackupFile expected, string path) : ForwardStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long bytes;

    /// <inheritdoc/>
    /// <exception cref="DamagedBackupException">The content is longer than in the manifest or, at its end, different.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await content.ReadAsync(buffer, cancellationToken);
        hash.AppendData(buffer.Span[..read]);
        bytes += read;
        var isEnd = read == 0 && !buffer.IsEmpty;
        if (bytes > expected.Bytes || (isEnd && Convert.ToHexStringLower(hash.GetCurrentHash()) != expected.Sha256))
        {
            throw new DamagedBackupException($"'{path}' has changed since it was verified: it does not match the manifest.");
        }

        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
            hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
