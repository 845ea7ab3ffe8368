using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ImageHub.Api.Console;

/// <summary>Handles Ctrl-C and SIGTERM: the first signal requests an orderly stop, a later signal ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>A second signal within this time is the same key press, forwarded by a parent program.</summary>
    private static readonly TimeSpan OnePress = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] signals;

    private long first;

    public Interruption() => signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Stop => stop.Token;

    public void Dispose()
    {
        foreach (var signal in signals)
        {
            signal.Dispose();
        }

        stop.Dispose();
    }

    private void Handle(PosixSignalContext signal)
    {
        if (Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0) is not 0 and var before)
        {
            signal.Cancel = Stopwatch.GetElapsedTime(before) < OnePress;
            return;
        }

        signal.Cancel = true;
        stop.Cancel();
    }
}
