using System.Globalization;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// A cluster's <c>postmaster.pid</c>, which describes the current or last server. The file remains after a crash; its process id may then belong to a zombie or
/// another program.
/// </summary>
internal sealed class PostmasterFile
{
    private readonly string path;
    private readonly string[] lines;

    private PostmasterFile(string path, string[] lines)
    {
        this.path = path;
        this.lines = lines;
    }

    public int Process => int.Parse(lines[0], CultureInfo.InvariantCulture);

    public string Cluster => lines[1];

    public int Port => int.TryParse(Line(3), NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    public string SocketFolder => Line(4);

    public bool IsReady => Line(7).Trim() == "ready";

    /// <summary>Whether the server is starting, which includes the recovery after a crash.</summary>
    public bool IsStarting => Line(7).Trim() == "starting";

    /// <summary>Reads a cluster's file; null if it is missing or incomplete, or cannot be read now.</summary>
    public static PostmasterFile? Read(string cluster)
    {
        try
        {
            return ReadComplete(Locate(cluster));
        }
        catch (IOException)
        {
            // The file is missing or (on Windows) open in another program.
            return null;
        }
    }

    /// <summary>Whether the process is a running server of the given cluster.</summary>
    public bool IsAlive(string cluster)
    {
        if (OperatingSystem.IsLinux())
        {
            return IsRunning(Process) && CommandLine(Process).Contains(Cluster, StringComparer.Ordinal)
                && (Cluster == cluster || Posix.Look(Cluster)?.Identity == Posix.Look(cluster)?.Identity);
        }

        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(Process);
            return process.ProcessName.StartsWith("postgres", StringComparison.Ordinal);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>
    /// Replaces the process id of a stopped server with an unused id. PostgreSQL would not start while another program or a zombie has the old id. The other
    /// lines remain: PostgreSQL uses them to detect child processes of the former server.
    /// </summary>
    public void Disown()
    {
        lines[0] = int.MaxValue.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(path, string.Join('\n', lines) + "\n");
    }

    /// <summary>
    /// Deletes a file that a full disk or a power cut has left incomplete. PostgreSQL does not start with such a file. Returns false if the file is complete, or
    /// cannot be read now: it may be the file of a running server.
    /// </summary>
    public static bool TryDeleteIncomplete(string cluster)
    {
        var file = Locate(cluster);
        try
        {
            if (ReadComplete(file) is not null)
            {
                return false;
            }

            File.Delete(file);
            return true;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            // On Windows, another program has opened the file.
            return false;
        }
    }

    /// <summary>Whether a process exists and is not a zombie. Linux only.</summary>
    public static bool IsRunning(int process)
    {
        try
        {
            var status = File.ReadAllText($"/proc/{process}/stat");

            // "pid (name) state …": the name may contain any character.
            return status[status.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Locate(string cluster) => Path.Combine(cluster, "postmaster.pid");

    private static PostmasterFile? ReadComplete(string file)
    {
        var content = File.ReadAllLines(file);
        return content.Length >= 2 && int.TryParse(content[0], NumberStyles.None, CultureInfo.InvariantCulture, out _) ? new(file, content) : null;
    }

    private static string[] CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private string Line(int index) => index < lines.Length ? lines[index] : "";
}
