using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ImageHub.Infrastructure.Imaging.Metadata;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>The server's handle of a worker, which is a child process that handles one request at a time. The worker's responses are untrusted.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(1);

    private readonly Process process;
    private readonly WorkerFolder folder;
    private readonly Task draining;
    private readonly byte[] buffer = new byte[BufferSize];

    // Receives several small frames with one system call.
    private readonly BufferedStream output;

    private WorkerProcess(Process process, WorkerFolder folder, ILogger logger)
    {
        this.process = process;
        this.folder = folder;
        output = new BufferedStream(process.StandardOutput.BaseStream, BufferSize);

        // Reads the error output continuously, because a full pipe would block the worker.
        draining = DrainAsync(process.StandardError, logger);
    }

    /// <summary>The worker's first message.</summary>
    internal WorkerGreeting Greeting { get; private set; } = null!;

    /// <summary>The reason that is recorded if the worker ends in its current state.</summary>
    internal WorkerEnd End { get; set; } = WorkerEnd.Crashed;

    /// <summary>The timestamp at which the worker became idle.</summary>
    internal long IdleSince { get; set; }

    /// <summary>Whether the process has exited, for example because it was killed when memory was short.</summary>
    internal bool HasEnded => process.HasExited;

    /// <summary>The process id.</summary>
    internal int Id => process.Id;

    /// <summary>The resident memory in bytes; 0 after the process has exited.</summary>
    internal long ResidentBytes
    {
        get
        {
            try
            {
                if (!OperatingSystem.IsLinux())
                {
                    process.Refresh();
                    return process.WorkingSet64;
                }

                // proc(5): total size, resident pages.
                var fields = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Id}/statm")).Split(' ');
                return long.Parse(fields[1], CultureInfo.InvariantCulture) * Environment.SystemPageSize;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or IndexOutOfRangeException)
            {
                return 0;
            }
        }
    }

    /// <summary>The processor time since the process started; zero after the process has exited.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            try
            {
                return process.TotalProcessorTime;
            }
            catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
            {
                return TimeSpan.Zero;
            }
        }
    }

    /// <summary>Starts a worker and waits until it is ready.</summary>
    /// <param name="program">The program.</param>
    /// <param name="folder">The only folder that the worker may use. It is deleted when the worker is disposed.</param>
    /// <param name="logger">The logger for the worker's standard error.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    internal static async Task<WorkerProcess> StartAsync(WorkerProgram program, WorkerFolder folder, ILogger logger, CancellationToken cancellationToken)
    {
        var command = program.Start(folder.IsOpened);
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Clear();
        foreach (var (key, value) in WorkerEnvironment(folder.Path))
        {
            start.Environment[key] = value;
        }

        Process started;
        try
        {
            started = Process.Start(start)!;
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        var worker = new WorkerProcess(started, folder, logger);
        try
        {
            worker.Greeting = JsonSerializer.Deserialize(await worker.ReadFrameAsync(NoFiles.Instance, cancellationToken), WorkerJson.Default.WorkerGreeting)!;
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request and receives the files and the response.</summary>
    /// <exception cref="WorkerEndedException">The worker ended or sent an invalid response.</exception>
    internal async Task<WorkerAnswer> AskAsync(WorkerRequest request, IWorkerFiles files, CancellationToken cancellationToken)
    {
        try
        {
            var line = JsonSerializer.SerializeToUtf8Bytes(request, WorkerJson.Default.WorkerRequest);
            await process.StandardInput.BaseStream.WriteAsync((byte[])[.. line, (byte)'\n'], cancellationToken);
            await process.StandardInput.BaseStream.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            throw await EndedAsync();
        }

        try
        {
            return JsonSerializer.Deserialize(await ReadFrameAsync(files, cancellationToken), WorkerJson.Default.WorkerAnswer) ?? throw new WorkerEndedException(exitCode: null);
        }
        catch (JsonException)
        {
            throw new WorkerEndedException(exitCode: null);
        }
    }

    /// <summary>Makes a file readable to the worker under another name.</summary>
    /// <returns>The lent file, which the caller disposes when the worker has finished.</returns>
    internal WorkerFolder.Lent Lend(string path, string name) => folder.Lend(path, name);

    /// <summary>Kills the process.</summary>
    internal void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // The process has already exited.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        RenderMetrics.CountEnd(End);
        Kill();
        await process.WaitForExitAsync();
        try
        {
            // A child process started by a malicious file may keep the pipe open.
            await draining.WaitAsync(DrainLimit);
        }
        catch (TimeoutException)
        {
            // The read ends with the child process.
        }

        // Process.Dispose leaves streams open that were used.
        foreach (var stream in (Stream[])[process.StandardInput.BaseStream, process.StandardOutput.BaseStream, process.StandardError.BaseStream])
        {
            await stream.DisposeAsync();
        }

        process.Dispose();
        folder.Dispose();
    }

    private static IEnumerable<(string Key, string Value)> WorkerEnvironment(string folder)
    {
        yield return ("DOTNET_EnableDiagnostics", "0");
        yield return ("DOTNET_gcConcurrent", "0");

        // A small value leaves more of a worker's memory for libvips.
        yield return ("DOTNET_GCgen0size", "0x200000");
        yield return ("DOTNET_TieredPGO", "0");
        yield return ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1");
        yield return ("DOTNET_GCHeapHardLimit", "0x8000000");
        yield return ("VIPS_WARNING", "0");
        yield return ("TMPDIR", folder);
        if (OperatingSystem.IsLinux())
        {
            // At startup, Node would otherwise read OpenSSL's configuration file, which the sandbox does not allow.
            yield return ("OPENSSL_CONF", "/dev/null");
        }

        if (OperatingSystem.IsWindows())
        {
            yield return ("SystemRoot", Environment.GetFolderPath(Environment.SpecialFolder.Windows));
        }
    }

    private async Task<byte[]> ReadFrameAsync(IWorkerFiles files, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await output.ReadAtLeastAsync(buffer.AsMemory(0, FrameHeader.Size), FrameHeader.Size, throwOnEndOfStream: false, cancellationToken) < FrameHeader.Size)
            {
                throw await EndedAsync();
            }

            var frame = FrameHeader.Read(buffer);
            if (frame.Kind == FrameKind.Json)
            {
                var json = new byte[frame.Length is >= 0 and <= FrameHeader.MaxJson ? frame.Length : throw new WorkerEndedException(exitCode: null)];
                return await output.ReadAtLeastAsync(json, json.Length, throwOnEndOfStream: false, cancellationToken) == json.Length ? json : throw await EndedAsync();
            }

            if (frame.Kind == FrameKind.FullRange)
            {
                if (frame.Length != KeptRange.Size)
                {
                    throw new WorkerEndedException(exitCode: null);
                }

                if (await output.ReadAtLeastAsync(buffer.AsMemory(0, KeptRange.Size), KeptRange.Size, throwOnEndOfStream: false, cancellationToken) < KeptRange.Size)
                {
                    throw await EndedAsync();
                }

                files.Copy(KeptRange.Read(buffer));
                continue;
            }

            for (var left = frame.Length; left > 0;)
            {
                var read = await output.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, left)), cancellationToken);
                if (read == 0)
                {
                    throw await EndedAsync();
                }

                files.Write(frame.Kind, buffer.AsSpan(0, read));
                left -= read;
            }
        }
    }

    private async Task<WorkerEndedException> EndedAsync()
    {
        await process.WaitForExitAsync();
        return new WorkerEndedException(process.ExitCode);
    }

    private static async Task DrainAsync(StreamReader errors, ILogger logger)
    {
        try
        {
            // Reads pieces of a fixed size, because a worker's output may have no line ends.
            var piece = new char[500];
            for (int read; (read = await errors.ReadAsync(piece)) > 0;)
            {
                logger.LogDebug("A render worker printed: {Text}", new string(piece, 0, read));
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The stream was closed by this process.
        }
    }

    private sealed class NoFiles : IWorkerFiles
    {
        internal static readonly NoFiles Instance = new();

        public void Write(FrameKind kind, ReadOnlySpan<byte> bytes) => throw new WorkerEndedException(exitCode: null);

        public void Copy(ByteRange range) => throw new WorkerEndedException(exitCode: null);
    }
}

/// <summary>Receives the files that a worker sends.</summary>
internal interface IWorkerFiles
{
    /// <exception cref="WorkerEndedException">The worker sends more than allowed, or a file that was not requested.</exception>
    void Write(FrameKind kind, ReadOnlySpan<byte> bytes);

    /// <summary>Appends a range of the source to the cleaned copy.</summary>
    /// <exception cref="WorkerEndedException">The source does not contain the range.</exception>
    void Copy(ByteRange range);
}

/// <summary>Thrown if a worker exited during a request or sent invalid data.</summary>
/// <param name="exitCode">The exit code; null if the worker is still running.</param>
internal sealed class WorkerEndedException(int? exitCode) : Exception($"A render worker ended with exit code {exitCode}.")
{
    /// <summary>
    /// Whether memory may have run out. The exit code is 128 plus the signal. Glib and the runtime abort (SIGABRT) if an allocation fails; the runtime also
    /// aborts after some memory violations. The kernel sends SIGKILL when memory is short.
    /// </summary>
    internal bool MayBeOutOfMemory => exitCode is 134 || IsKilled;

    /// <summary>Whether the worker ended by SIGKILL.</summary>
    internal bool IsKilled => exitCode is 137;
}
