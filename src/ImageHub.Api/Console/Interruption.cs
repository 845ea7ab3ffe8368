using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ImageHub.Api.Console;

/// <summary>Ctrl-C: the first one asks for an orderly end, a second one ends the process.</summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>What comes so soon after the first is the same key press, passed on by a program around this one.</summary>
    private static readonly TimeSpan OnePress = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stop = new();
    private readonly PosixSignalRegistration[] signals;

    private long first;

    public Interruption() => signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle)];

    /// <summary>Cancelled by the first Ctrl-C.</summary>
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
