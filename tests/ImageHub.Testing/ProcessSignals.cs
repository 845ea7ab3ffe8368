using System.Diagnostics;
using System.Globalization;

namespace ImageHub.Testing;

/// <summary>Signals to processes that a test has started.</summary>
public static class ProcessSignals
{
    /// <summary>Sends a signal.</summary>
    /// <param name="signal">The name without SIG: <c>TERM</c> asks a process to end, <c>STOP</c> freezes it, <c>CONT</c> continues it.</param>
    /// <param name="processIds">The receiving processes.</param>
    public static async Task SendAsync(string signal, params IEnumerable<int> processIds)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. processIds.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }
}
