using ImageHub.Application.Storage;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>A file that a worker may send.</summary>
/// <param name="kind">As which it comes.</param>
/// <param name="path">Where it is written.</param>
internal sealed class SentFile(FrameKind kind, string path)
{
    internal FrameKind Kind => kind;

    internal string Path => path;

    /// <summary>How many bytes came.</summary>
    internal long Bytes { get; set; }
}

/// <summary>Writes what a worker sends. Disposing removes the files, unless all of them came.</summary>
internal sealed class SentFiles(SentFile[] files, ILogger logger) : IWorkerFiles, IDisposable
{
    // No picture that is accepted takes more; a worker that a file has taken over may send without end.
    private const long MaxBytes = 1L << 30;

    private readonly Dictionary<FrameKind, FileStream> targets = [];
    private bool isComplete;

    /// <inheritdoc/>
    public void Write(FrameKind kind, ReadOnlySpan<byte> bytes)
    {
        var file = Array.Find(files, file => file.Kind == kind) ?? throw new WorkerEndedException(exitCode: null);
        try
        {
            if (!targets.TryGetValue(kind, out var target))
            {
                file.Bytes = 0;
                targets[kind] = target = PrivateFile.Create(file.Path);
            }

            target.Write(bytes);
            file.Bytes += bytes.Length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw UnwrittenFile.Report(logger, exception, file.Path);
        }

        if (file.Bytes > MaxBytes)
        {
            throw new WorkerEndedException(exitCode: null);
        }
    }

    /// <summary>All of them came: they stay.</summary>
    internal void Complete() => isComplete = true;

    /// <inheritdoc/>
    public void Dispose()
    {
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
            // Another worker may send fewer of them.
            file.Bytes = 0;
            UnwrittenFile.Remove(file.Path);
        }
    }
}
