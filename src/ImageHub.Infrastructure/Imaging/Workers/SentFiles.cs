using System.Buffers;
using System.IO.Hashing;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Imaging.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>A file that a worker may send.</summary>
/// <param name="kind">The kind of its frames.</param>
/// <param name="path">The path to write to.</param>
internal sealed class SentFile(FrameKind kind, string path)
{
    private readonly Crc32 checksum = new();

    internal FrameKind Kind => kind;

    internal string Path => path;

    /// <summary>The number of received bytes.</summary>
    internal long Bytes { get; private set; }

    /// <summary>The CRC-32 of the received bytes.</summary>
    internal uint Crc32 => checksum.GetCurrentHashAsUInt32();

    /// <summary>Resets the count and the checksum.</summary>
    internal void Clear()
    {
        Bytes = 0;
        checksum.Reset();
    }

    /// <summary>Counts received bytes.</summary>
    internal void Count(ReadOnlySpan<byte> bytes)
    {
        Bytes += bytes.Length;
        checksum.Append(bytes);
    }
}

/// <summary>Writes the files that a worker sends. Disposing deletes them if <see cref="Complete"/> was not called.</summary>
/// <param name="source">The file that the worker reads.</param>
/// <param name="files">The files that the worker may send.</param>
/// <param name="logger">The logger for write errors.</param>
internal sealed class SentFiles(string source, SentFile[] files, ILogger logger) : IWorkerFiles, IDisposable
{
    // Larger than any rendition of an accepted picture. The limit stops a compromised worker that sends endlessly.
    private const long MaxBytes = 1L << 30;

    // The bytes by which a cleaned copy may be larger than the source; it contains no larger metadata.
    private const long MaxAddedBytes = 16L << 20;

    private const int BufferSize = 128 * 1024;

    private readonly Dictionary<FrameKind, FileStream> targets = [];
    private SafeFileHandle? opened;
    private bool isComplete;

    /// <inheritdoc/>
    public void Write(FrameKind kind, ReadOnlySpan<byte> bytes)
    {
        var file = Find(kind);
        try
        {
            Append(file, bytes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UnwrittenFile.Report(logger, exception, file.Path);
        }
    }

    /// <inheritdoc/>
    public void Copy(ByteRange range)
    {
        var file = Find(FrameKind.Full);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var handle = opened ??= File.OpenHandle(source);
            if (range.Start < 0 || range.Length < 0 || range.End > RandomAccess.GetLength(handle))
            {
                throw new WorkerEndedException(exitCode: null);
            }

            Copy(handle, range, file, buffer);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UnwrittenFile.Report(logger, exception, file.Path);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Marks the files as completely received, so that disposing keeps them.</summary>
    internal void Complete() => isComplete = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        opened?.Dispose();
        foreach (var target in targets.Values)
        {
            target.Dispose();
        }

        if (isComplete)
        {
            return;
        }

        foreach (var file in files)
        {
            // The next attempt may send fewer files.
            file.Clear();
            UnwrittenFile.Remove(file.Path);
        }
    }

    private SentFile Find(FrameKind kind) => Array.Find(files, file => file.Kind == kind) ?? throw new WorkerEndedException(exitCode: null);

    private void Copy(SafeFileHandle handle, ByteRange range, SentFile file, byte[] buffer)
    {
        for (var at = range.Start; at < range.End;)
        {
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)Math.Min(buffer.Length, range.End - at)), at);
            if (read == 0)
            {
                throw new EndOfStreamException($"'{source}' became shorter while it was copied.");
            }

            Append(file, buffer.AsSpan(0, read));
            at += read;
        }
    }

    private void Append(SentFile file, ReadOnlySpan<byte> bytes)
    {
        if (!targets.TryGetValue(file.Kind, out var target))
        {
            file.Clear();
            targets[file.Kind] = target = PrivateFile.Create(file.Path);
        }

        target.Write(bytes);
        file.Count(bytes);
        if (file.Bytes > MaxBytes && (file.Kind != FrameKind.Full || file.Bytes > new FileInfo(source).Length + MaxAddedBytes))
        {
            throw new WorkerEndedException(exitCode: null);
        }
    }
}
