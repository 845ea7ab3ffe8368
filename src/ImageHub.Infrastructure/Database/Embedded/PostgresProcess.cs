using System.Diagnostics;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// A server that runs as a child process. The kernel signals the server when the <em>thread</em> that created it ends, so a dedicated thread creates the server
/// and waits for its exit.
/// </summary>
internal sealed class PostgresProcess
{
    // flock exits with 1 only if the lock is held. The message is PostgreSQL's for a data directory whose former server is shutting down.
    private const string Script = """
        exec >>"$0" 2>&1 </dev/null 9>>"$1"
        flock -n 9 || [ $? != 1 ] || { echo "$1 is still in use"; exit 1; }
        shift
        exec "$@"
        """;

    private PostgresProcess(int id, Task<int> exited)
    {
        Id = id;
        Exited = exited;
    }

    /// <summary>The server's process id. The shell, setsid and setpriv each replace themselves with the next program, so the id does not change.</summary>
    public int Id { get; }

    /// <summary>Completes with the exit code when the server has exited.</summary>
    public Task<int> Exited { get; }

    /// <summary>
    /// Starts a command and appends its output to a file. A file still works after this process has crashed; a pipe would then have no reader.
    /// The command and its child processes inherit the lock of another file, which the kernel releases when all of them have ended.
    /// </summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="log">The path of the file for the output.</param>
    /// <param name="running">The path of the file to lock. The command ends with an error if another process holds the lock. Systems without locks run it all the same.</param>
    public static Task<PostgresProcess> StartAsync(IReadOnlyList<string> command, string log, string running)
    {
        var started = new TaskCompletionSource<PostgresProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var exited = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(Live) { IsBackground = true, Name = "PostgreSQL" };
        thread.Start();
        return started.Task;

        void Live()
        {
            using var process = new Process { StartInfo = Command.Describe(["sh", "-c", Script, log, running, .. command]) };
            try
            {
                process.Start();
            }
            catch (System.ComponentModel.Win32Exception failure)
            {
                started.SetException(failure);
                return;
            }

            started.SetResult(new PostgresProcess(process.Id, exited.Task));
            process.WaitForExit();
            exited.SetResult(process.ExitCode);
        }
    }
}
