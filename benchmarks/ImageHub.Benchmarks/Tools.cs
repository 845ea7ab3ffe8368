using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ImageHub.Testing;

namespace ImageHub.Benchmarks;

/// <summary>Runs external programs: measuring tools and measured programs.</summary>
internal static partial class Tools
{
    private const int Connections = 64;
    private const int SecondsARound = 4;

    /// <summary>The folder with the peers' scripts.</summary>
    public static string Peers { get; } = Repository.PathOf("benchmarks", "peers");

    /// <summary>Measures an address with wrk, over 64 connections by default.</summary>
    /// <param name="url">The address.</param>
    /// <param name="connections">The number of connections.</param>
    /// <param name="token">The access token of the requests; null for visitors.</param>
    /// <returns>Requests a second.</returns>
    public static async Task<double> RateAsync(Uri url, int connections = Connections, string? token = null)
    {
        string[] credentials = token is null ? [] : ["-H", $"Authorization: Bearer {token}"];
        var output = await RunAsync("wrk", ["-t1", $"-c{connections}", $"-d{SecondsARound}", .. credentials, url.ToString()]);
        return output.Contains("Non-2xx", StringComparison.Ordinal) || Rate().Match(output) is not { Success: true } match
            ? throw new InvalidOperationException($"wrk reports for {url}: {output}")
            : double.Parse(match.Groups["rate"].ValueSpan, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs a program until it exits.</summary>
    /// <returns>The program's output.</returns>
    public static async Task<string> RunAsync(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
    }

    /// <summary>Creates a temporary folder outside <c>/dev/shm</c>, because the measurements include writes to a disk.</summary>
    public static string NewFolder() => Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"imagehub-benchmark-{Guid.CreateVersion7():n}")).FullName;

    [GeneratedRegex(@"Requests/sec:\s+(?<rate>[0-9.]+)", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Rate();
}
