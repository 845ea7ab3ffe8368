using System.Diagnostics;

namespace ImageHub.Faults;

/// <summary>Counts the passings of a named point and ends the process, or throws, at one of them.</summary>
/// <param name="point">The point.</param>
/// <param name="passing">The passing at which the process ends or the step throws, counted from 1.</param>
/// <param name="isEnd">Whether the process ends; otherwise the step throws.</param>
internal sealed class Passings(WritePoint point, int passing, bool isEnd)
{
    private int count;
    private volatile bool isArmed;

    /// <summary>Starts to count. Until then, the server runs without faults.</summary>
    public void Arm() => isArmed = true;

    /// <summary>Passes a point.</summary>
    /// <param name="passed">The point.</param>
    /// <param name="fail">Creates the exception that the step throws.</param>
    public void Pass(WritePoint passed, Func<Exception> fail)
    {
        if (!IsNext(passed))
        {
            return;
        }

        if (!isEnd)
        {
            throw fail();
        }

        // SIGKILL: no code runs any more, and no buffer is written.
        Process.GetCurrentProcess().Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    private bool IsNext(WritePoint passed) => isArmed && passed == point && Interlocked.Increment(ref count) == passing;
}
