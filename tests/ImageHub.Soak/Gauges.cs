using System.Globalization;
using ImageHub.Testing;

namespace ImageHub.Soak;

/// <summary>Samples of the server's memory, threads, handles and connections.</summary>
internal sealed class Gauges(ImageHubProcess server)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Each resource, and the tolerance of <see cref="FindGrowing"/> in its unit.</summary>
    private static readonly (string Name, double Tolerance, Func<ImageHubProcess, double> Read)[] Resources =
    [
        ("memory of the server in MB", 40, server => server.OwnResidentBytes() / 1e6),
        ("memory of the server and its workers in MB", 80, server => server.ResidentBytes() / 1e6),
        ("threads", 8, server => Directory.GetDirectories($"/proc/{server.ProcessId}/task").Length),
        ("handles", 40, server => Directory.GetFiles($"/proc/{server.ProcessId}/fd").Length),
        ("connections", 40, server => CountConnections(server)),
        ("processes of PostgreSQL", 4, server => server.FindDescendants(command => command.StartsWith("postgres", StringComparison.Ordinal)).Count),
    ];

    private readonly List<double[]> samples = [];

    /// <summary>Samples until the load ends.</summary>
    public async Task SampleAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            samples.Add([.. Resources.Select(resource => resource.Read(server))]);
            await Task.WhenAny(Task.Delay(Interval, end));
        }
    }

    /// <summary>Compares the means of the second and of the last quarter.</summary>
    /// <returns>The resources that still grew by more than a tenth plus their tolerance.</returns>
    public IReadOnlyList<string> FindGrowing(TextWriter output)
    {
        var growing = new List<string>();
        var quarter = samples.Count / 4;
        for (var resource = 0; resource < Resources.Length && quarter > 0; resource++)
        {
            var second = samples.Skip(quarter).Take(quarter).Average(sample => sample[resource]);
            var last = samples.TakeLast(quarter).Average(sample => sample[resource]);
            var line = string.Create(
                CultureInfo.InvariantCulture, $"{Resources[resource].Name}: {second:0.0} in the second quarter, {last:0.0} in the last, at most {samples.Max(sample => sample[resource]):0}");
            output.WriteLine($"  {line}");
            if (last > (second * 1.1) + Resources[resource].Tolerance)
            {
                growing.Add(line);
            }
        }

        return growing;
    }

    /// <summary>The number of open sockets of the server.</summary>
    public static int CountConnections(ImageHubProcess server) => Directory.GetFiles($"/proc/{server.ProcessId}/fd").Count(IsSocket);

    private static bool IsSocket(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget?.StartsWith("socket:", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            // The handle was closed in the meantime.
            return false;
        }
    }
}
