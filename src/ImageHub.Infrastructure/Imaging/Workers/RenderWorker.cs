using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using ImageHub.Application.Errors;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Metadata;
using Microsoft.Extensions.Options;
using NetVips;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>
/// Runs the program as a worker, which reads requests from standard input, processes one file at a time, and responds on standard output. A worker has one
/// folder but no settings, secrets or sockets. It exits when its input ends.
/// </summary>
public static class RenderWorker
{
    // The time without requests after which a worker releases unneeded memory.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private const int OutputBufferSize = 64 * 1024;

    /// <summary>The first argument of a worker.</summary>
    private const string Command = "render-worker";

    private const string LockIn = "lock-in";
    private const string LockInAsRoot = "lock-in-as-root";
    private const string Work = "work";

    /// <summary>The arguments that start a worker.</summary>
    /// <param name="library">The libvips library, in the form of the setting.</param>
    internal static IReadOnlyList<string> WorkArguments(string library) => [Command, Work, library];

    /// <summary>The arguments that start a process which restricts itself and then executes a worker.</summary>
    /// <param name="dropsRoot">Whether the process switches to another account.</param>
    /// <param name="dataBytes">The maximum memory allocation of the worker in bytes; 0 if the worker limits itself.</param>
    /// <param name="folders">The additional folders that the worker may read.</param>
    /// <param name="worker">The worker's command, with an absolute path first.</param>
    internal static IReadOnlyList<string> SandboxArguments(bool dropsRoot, long dataBytes, IReadOnlyList<string> folders, IReadOnlyList<string> worker) =>
        [Command, dropsRoot ? LockInAsRoot : LockIn, Text(dataBytes), Text(folders.Count), .. folders, .. worker];

    /// <summary>Whether the command line starts a worker.</summary>
    public static bool IsWorkerCommand(string[] args) => args is [Command, LockIn or LockInAsRoot or Work, _, ..];

    /// <summary>Processes requests. Returns only if the worker cannot start; the end of the input ends the process.</summary>
    /// <returns>The exit code, 1.</returns>
    public static int Run(string[] args)
    {
        // Sends small frames together with the response that follows them.
        using var output = new BufferedStream(Console.OpenStandardOutput(), OutputBufferSize);
        if (OperatingSystem.IsLinux() && args[1] is LockIn or LockInAsRoot)
        {
            var worker = 4 + int.Parse(args[3], CultureInfo.InvariantCulture);
            var failure = LinuxSandbox.EnterAndExecute(args[1] == LockInAsRoot, long.Parse(args[2], CultureInfo.InvariantCulture), args[4..worker], args[worker..]);
            Write(output, JsonSerializer.SerializeToUtf8Bytes(new WorkerGreeting(null, false, failure), WorkerJson.Default.WorkerGreeting));
            return 1;
        }

        return Serve(output, args[2]);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static int Serve(Stream output, string library)
    {
        NativeMemory.Limit();
        LibVips vips;
        try
        {
            vips = LibVips.Load(library, AppContext.BaseDirectory);
        }
        catch (OptionsValidationException exception)
        {
            Write(output, JsonSerializer.SerializeToUtf8Bytes(new WorkerGreeting(null, false, exception.Message), WorkerJson.Default.WorkerGreeting));
            return 1;
        }

        // Ignores signals: terminals and service managers also signal the server's children while the server still finishes requests. The worker stops when its
        // input ends.
        using var interruption = PosixSignalRegistration.Create(PosixSignal.SIGINT, static signal => signal.Cancel = true);
        using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static signal => signal.Cancel = true);
        Write(output, JsonSerializer.SerializeToUtf8Bytes(new WorkerGreeting(vips.Description, vips.DecodesHevc, null) { Missing = OperatingSystem.IsLinux() ? LinuxSandbox.FindMissing() : [] }, WorkerJson.Default.WorkerGreeting));
        using var requests = new BlockingCollection<WorkerRequest>();
        var reader = new Thread(() => Read(requests)) { IsBackground = true };
        reader.Start();
        var decoder = new Decoder(vips, (kind, bytes) => Write(output, bytes, kind), range => Write(output, range), FileFormat.All);
        while (true)
        {
            if (!requests.TryTake(out var request, Pause))
            {
                NativeMemory.Trim();
                request = requests.Take();
            }

            if (request.Bytes > WorkerDispatcher.SmallBytes)
            {
                // Releases memory retained from earlier files. A large file does not reuse this memory, because its large buffers are mapped separately.
                NativeMemory.Trim();
            }

            if (OperatingSystem.IsLinux())
            {
                LinuxSandbox.LimitFurtherData(request.Bytes + WorkerDispatcher.UntouchedBytes);
            }

            Write(output, JsonSerializer.SerializeToUtf8Bytes(Answer(decoder, request), WorkerJson.Default.WorkerAnswer));
        }
    }

    private static WorkerAnswer Answer(Decoder decoder, WorkerRequest request)
    {
        try
        {
            return decoder.Run(request);
        }
        catch (ProblemException exception)
        {
            return new WorkerAnswer { Problem = exception.Problem.Code, Detail = exception.Message, Reason = ToLine(exception.InnerException?.Message) };
        }
        catch (Exception exception) when (exception is OutOfMemoryException or VipsException { IsOutOfMemory: true })
        {
            return new WorkerAnswer { IsOutOfMemory = true, Reason = ToLine(exception.Message) };
        }
        catch (Exception exception)
        {
            // Exits with code 1. An unhandled exception would end the process with the signal that also indicates a lack of memory.
            Console.Error.WriteLine(exception);
            Environment.Exit(1);
            throw;
        }
    }

    // Joins the lines of a libvips error, which has one line for each failed operation.
    private static string? ToLine(string? message) => message?.Trim().ReplaceLineEndings("; ");

    // Runs on a separate thread, so that the worker exits at once if the server has exited.
    private static void Read(BlockingCollection<WorkerRequest> requests)
    {
        using var input = new StreamReader(Console.OpenStandardInput());
        while (input.ReadLine() is { } line)
        {
            requests.Add(JsonSerializer.Deserialize(line, WorkerJson.Default.WorkerRequest)!);
        }

        Process.GetCurrentProcess().Kill();
    }

    private static void Write(Stream output, ByteRange range)
    {
        Span<byte> bytes = stackalloc byte[KeptRange.Size];
        KeptRange.Write(range, bytes);
        Write(output, bytes, FrameKind.FullRange);
    }

    private static void Write(Stream output, ReadOnlySpan<byte> bytes, FrameKind kind = FrameKind.Json)
    {
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        new FrameHeader(kind, bytes.Length).Write(header);
        output.Write(header);
        output.Write(bytes);
        if (kind == FrameKind.Json)
        {
            output.Flush();
        }
    }
}
