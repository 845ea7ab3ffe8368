using ImageHub.Application.Errors;

namespace ImageHub.Application.OneDrive;

/// <summary>
/// Retries operations after the delays that OneDrive or this server requests. If OneDrive tells one request to wait, all requests wait for that time
/// (https://learn.microsoft.com/graph/throttling). With a requested delay, the total time of the attempts is limited; without one, their number.
/// </summary>
internal sealed class OneDriveRetries(TimeProvider clock)
{
    private const int MaxTries = 4;

    /// <summary>The time after which a requested delay counts as an error without one.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private DateTimeOffset notBefore;

    /// <summary>Runs an operation with retries.</summary>
    /// <exception cref="ProblemException">The problem is not of kind <see cref="ProblemKind.Unavailable"/>, or the last attempt failed.</exception>
    public async Task<T> TryAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        for (var attempt = 1; ;)
        {
            await WaitAsync(cancellationToken);
            try
            {
                return await work();
            }
            catch (ProblemException problem) when (IsTransient(problem) && problem.RetryAfter is { } wait && clock.GetElapsedTime(start) < MaxWait)
            {
                lock (gate)
                {
                    var end = clock.GetUtcNow() + (wait > FirstPause ? wait : FirstPause);
                    notBefore = end > notBefore ? end : notBefore;
                }
            }
            catch (ProblemException problem) when (IsTransient(problem) && attempt < MaxTries)
            {
                await Task.Delay(FirstPause * Math.Pow(2, attempt - 1), clock, cancellationToken);
                attempt++;
            }
        }
    }

    /// <summary>Runs a download with retries. Each attempt has the full time limit.</summary>
    /// <exception cref="ProblemException">Also <see cref="Problems.OneDriveUnavailable"/> if the last attempt did not finish in time.</exception>
    public Task<T> TryInTimeAsync<T>(Func<CancellationToken, Task<T>> download, int maxSeconds, CancellationToken cancellationToken) => TryAsync(
        async () =>
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(maxSeconds));
            try
            {
                return await download(deadline.Token);
            }
            catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
            {
                throw new ProblemException(Problems.OneDriveUnavailable, $"The download did not finish within {maxSeconds} seconds.", exception);
            }
        },
        cancellationToken);

    /// <summary>Whether a later retry may succeed.</summary>
    public static bool IsTransient(ProblemException problem) => problem.Problem.Kind == ProblemKind.Unavailable;

    /// <summary>Whether no request can succeed until an admin configures or connects OneDrive.</summary>
    public static bool IsDisconnected(ProblemException problem) => problem.Problem == Problems.OneDriveNotConnected || problem.Problem == Problems.OneDriveNotConfigured;

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan left;
            lock (gate)
            {
                left = notBefore - clock.GetUtcNow();
            }

            if (left <= TimeSpan.Zero)
            {
                return;
            }

            await Task.Delay(left, clock, cancellationToken);
        }
    }
}
