using System.Diagnostics;
using System.Globalization;

namespace ImageHub.Testing;

/// <summary>Signals to processes that a test has started.</summary>
public static class ProcessSignals
{
    /// <summary>Sends a signal.</summary>
    /// <param name="signal">Its name without SIG: <c>TERM</c> asks a process to end, <c>STOP</c> has it hang, <c>CONT</c> lets it go on.</param>
    /// <param name="processIds">To whom.</param>
    public static async Task SendAsync(string signal, params IEnumerable<int> processIds)
    {
        using var kill = Process.Start("kill", [$"-{signal}", .. processIds.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }
}
