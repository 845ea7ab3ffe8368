using System.Text;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// The file <c>postgres.running</c> of a data directory. On Linux, a server and its child processes keep it locked (flock). A container does not see the
/// processes of another container with the same volume, but finds their lock.
/// </summary>
/// <param name="dataDirectory">The absolute path of the data directory.</param>
internal sealed class RunningLock(string dataDirectory)
{
    // The error EWOULDBLOCK of Linux.
    private const int WouldBlock = 11;

    /// <summary>The path of the file.</summary>
    public string Location { get; } = Path.Combine(dataDirectory, "postgres.running");

    /// <summary>Whether no server holds the lock. False while child processes of a killed server still run.</summary>
    /// <param name="turn">The locked file of processes that start. It contains the PID namespace of the process that last started a server, and receives this process's.</param>
    /// <exception cref="InvalidOperationException">A server runs in another container.</exception>
    public bool IsFree(FileStream turn)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        var own = Encoding.UTF8.GetBytes(new FileInfo("/proc/self/ns/pid").LinkTarget ?? "");
        try
        {
            using var file = new FileStream(Location, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (IOException held) when (held.HResult == WouldBlock)
        {
            var last = new byte[turn.Length];
            turn.Position = 0;
            turn.ReadExactly(last);
            return own.AsSpan().SequenceEqual(last)
                ? false
                : throw new InvalidOperationException(
                    $"The database of {dataDirectory} is in use by another container. Run the command inside that container (docker exec), or stop the container first.", held);
        }

        if (Posix.EffectiveUser() == 0 && Posix.Look(dataDirectory)?.User is { } owner)
        {
            // A command that root runs must not prevent the start of a server that runs under another account.
            Posix.Give(Location, owner, uint.MaxValue);
        }

        turn.SetLength(0);
        turn.Write(own);
        turn.Flush();
        return true;
    }
}
