using System.Diagnostics;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// A running server as a child of this process. The kernel signals it when the <em>thread</em> that created it ends, so a thread
/// of its own creates it and then waits for it, and thus lives as long as either.
/// </summary>
internal sealed class PostgresProcess
{
    private PostgresProcess(int id, Task<int> exited)
    {
        Id = id;
        Exited = exited;
    }

    /// <summary>The server's pid: setsid, setpriv and the shell replace themselves by what they start.</summary>
    public int Id { get; }

    /// <summary>Ends with the exit code when the server has ended.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts a command whose output is appended to a file; it outlives a pipe, into which nobody reads after a crash.</summary>
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
