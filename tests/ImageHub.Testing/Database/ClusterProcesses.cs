using System.Globalization;

namespace ImageHub.Testing.Database;

/// <summary>The processes of an embedded PostgreSQL, for a test that has it hang. Linux only.</summary>
public static class ClusterProcesses
{
    /// <summary>Has the server that runs on a cluster hang, and its children.</summary>
    /// <param name="folder">A folder that holds one cluster.</param>
    /// <returns>Who hangs, to be sent <c>CONT</c>.</returns>
    public static async Task<int[]> HangAsync(string folder)
    {
        // The server starts no more children from then on, but may have started some since they were found.
        await ProcessSignals.SendAsync("STOP", Find(folder));
        var all = Find(folder);
        await ProcessSignals.SendAsync("STOP", all);
        return all;
    }

    private static int[] Find(string folder)
    {
        var postmaster = int.Parse(File.ReadLines(Directory.EnumerateFiles(folder, "postmaster.pid", SearchOption.AllDirectories).Single()).First(), CultureInfo.InvariantCulture);
        var processes = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).OfType<string>().Where(name => name.All(char.IsAsciiDigit)).Select(name => int.Parse(name, CultureInfo.InvariantCulture));
        return [postmaster, .. processes.Where(process => ParentOf(process) == postmaster)];
    }

    private static int ParentOf(int process)
    {
        try
        {
            // "1234 (name) S 1 …": the name may hold anything.
            return int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended in between.
            return 0;
        }
    }
}
