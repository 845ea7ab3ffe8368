using System.Text;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// The file <c>postgres.running</c> of a data directory. On Linux with util-linux (flock, setsid and setpriv), a server and its child processes keep it
/// locked. A container does not see the processes of another container with the same volume, but finds their lock.
/// </summary>
/// <param name="dataDirectory">The absolute path of the data directory.</param>
internal sealed class RunningLock(string dataDirectory)
{
    // The error EWOULDBLOCK of Linux.
    private const int WouldBlock = 11;

    /// <summary>The path of the file.</summary>
    public string Location { get; } = Path.Combine(dataDirectory, "postgres.running");

    /// <summary>Whether no server holds the lock. False while child processes of a killed server still run.</summary>
    /// <param name="turn">The locked file of processes that start. It contains the PID namespace of the process that last started a server.</param>
    /// <exception cref="InvalidOperationException">A server runs in another container, or the file belongs to another account.</exception>
    public bool IsFree(FileStream turn)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        try
        {
            using var file = new FileStream(Location, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new InvalidOperationException($"{Location} belongs to another account; give it to the server's account (chown): {refused.Message}", refused);
        }
        catch (IOException held) when (held.HResult == WouldBlock)
        {
            var last = new byte[turn.Length];
            turn.Position = 0;
            turn.ReadExactly(last);
            return OwnNamespace().AsSpan().SequenceEqual(last)
                ? false
                : throw new InvalidOperationException(
                    $"The database of {dataDirectory} is in use by another container. Run the command inside that container (docker exec), or stop the container first.", held);
        }
    }

    /// <summary>Creates the file for a server that this process starts.</summary>
    /// <param name="turn">The locked file of processes that start. It receives this process's PID namespace.</param>
    public void Prepare(FileStream turn)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        new FileStream(Location, options).Dispose();

        // The last segment follows a data directory that is a link.
        if (Posix.EffectiveUser() == 0 && Posix.Look(Path.Combine(dataDirectory, "."))?.User is { } owner)
        {
            // A command that root runs must not prevent the start of a server that runs under another account.
            Posix.Give(Location, owner, uint.MaxValue);
        }

        turn.SetLength(0);
        turn.Write(OwnNamespace());
        turn.Flush();
    }

    private static byte[] OwnNamespace() => Encoding.UTF8.GetBytes(new FileInfo("/proc/self/ns/pid").LinkTarget ?? "");
}
