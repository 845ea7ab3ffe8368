using System.Globalization;
using System.Runtime.Versioning;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// The account that PostgreSQL runs under: normally the account that ImageHub runs under. PostgreSQL refuses to run as root. If ImageHub runs as root, the
/// first of these accounts is used: the owner of the existing cluster, unless it is root; the account <c>postgres</c>, if it exists; the account <c>nobody</c>.
/// </summary>
internal sealed class PostgresAccount
{
    private const uint Nobody = 65534;

    private PostgresAccount(uint? user, uint group)
    {
        User = user;
        Group = group;
    }

    /// <summary>The user id to switch to; null for ImageHub's own account.</summary>
    public uint? User { get; }

    public uint Group { get; }

    /// <summary>Finds the account for a cluster folder; the folder is null if the cluster does not exist yet.</summary>
    public static PostgresAccount For(string? existingCluster)
    {
        if (!OperatingSystem.IsLinux() || Posix.EffectiveUser() != 0)
        {
            return new(user: null, 0);
        }

        var known = Passwd();
        if (existingCluster is not null && Posix.Look(existingCluster)?.User is { } owner and not 0)
        {
            return new(owner, known.Find(account => account.User == owner)?.Group ?? owner);
        }

        var postgres = known.Find(account => account is { Name: "postgres", User: not 0, Group: not 0 });
        return new(postgres?.User ?? Nobody, postgres?.Group ?? Nobody);
    }

    /// <summary>Returns the command line that runs a command under this account.</summary>
    public IReadOnlyList<string> Run(params IReadOnlyList<string> command) => User is null ? command : ["setpriv", .. Drop(), .. command];

    /// <summary>
    /// Returns the server's command line. The server runs in its own session, so that Ctrl-C reaches only ImageHub. The kernel sends the server a shutdown
    /// signal when the thread that started the server ends for any reason.
    /// </summary>
    public IReadOnlyList<string> RunServer(params IReadOnlyList<string> command) =>
        ["setsid", "setpriv", .. User is null ? [] : Drop(), "--pdeathsig", "INT", .. command];

    /// <summary>Whether this account can enter a folder or read a file. Tries the access, because file modes alone are not conclusive.</summary>
    public async Task<bool> CanReachAsync(string path, CancellationToken cancellationToken) =>
        User is null
        || (await Command.RunAsync(Run("test", Directory.Exists(path) ? "-x" : "-r", path), TimeSpan.FromSeconds(10), cancellationToken)).ExitCode == 0;

    /// <summary>Makes this account the owner of a folder and everything in it.</summary>
    [UnsupportedOSPlatform("windows")]
    public void Own(string folder)
    {
        if (User is not { } user)
        {
            return;
        }

        Posix.Give(folder, user, Group);
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }))
        {
            Posix.Give(entry, user, Group);
        }
    }

    private List<string> Drop() =>
        [$"--reuid={User}", $"--regid={Group}", "--clear-groups", "--no-new-privs"];

    private static List<KnownAccount> Passwd() =>
        !File.Exists("/etc/passwd")
            ? []
            : [.. File.ReadLines("/etc/passwd")
                .Select(line => line.Split(':'))
                .Where(fields => fields.Length > 3)
                .Select(fields => new KnownAccount(fields[0], Number(fields[2]), Number(fields[3])))];

    private static uint Number(string field) => uint.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : Nobody;

    private sealed record KnownAccount(string Name, uint User, uint Group);
}
