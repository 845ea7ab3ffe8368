using System.Globalization;

namespace ImageHub.Testing.Database;

/// <summary>Freezes the processes of an embedded PostgreSQL. Linux only.</summary>
public static class ClusterProcesses
{
    /// <summary>Freezes the server process of a cluster and its child processes.</summary>
    /// <param name="folder">The data folder of one cluster.</param>
    /// <returns>The ids of the frozen processes; send them <c>CONT</c> to continue.</returns>
    public static async Task<int[]> HangAsync(string folder)
    {
        // The server may start child processes after the first search. Once frozen it starts no more, so the second search finds all of them.
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
            // "1234 (name) S 1 …": the name may contain any character.
            return int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // The process has ended since the folder was listed.
            return 0;
        }
    }
}
