using System.Diagnostics;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// A server that runs as a child process. The kernel signals the server when the <em>thread</em> that created it ends, so a dedicated thread creates the server
/// and waits for its exit.
/// </summary>
internal sealed class PostgresProcess
{
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
    /// </summary>
    public static Task<PostgresProcess> StartAsync(IReadOnlyList<string> command, string log)
    {
        var started = new TaskCompletionSource<PostgresProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        var exited = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(Live) { IsBackground = true, Name = "PostgreSQL" };
        thread.Start();
        return started.Task;

        void Live()
        {
            using var process = new Process { StartInfo = Command.Describe(["sh", "-c", "exec \"$@\" >>\"$0\" 2>&1 </dev/null", log, .. command]) };
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
