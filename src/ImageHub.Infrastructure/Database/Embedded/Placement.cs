using System.Runtime.Versioning;
using System.Security.Cryptography;
using ImageHub.Infrastructure.Storage;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// The location of a cluster and its binaries. Normally the cluster is <c>postgres</c> in the data directory. If ImageHub runs as root, PostgreSQL runs under
/// another account. Files that this account cannot reach are then in <see cref="SharedPlace"/>, and <c>postgres</c> is a symbolic link.
/// </summary>
internal sealed class Placement(string dataDirectory, ILogger logger)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Place => Path.Combine(dataDirectory, "postgres");

    /// <summary>The folder of the existing cluster, with symbolic links resolved; null if there is none yet.</summary>
    /// <exception cref="InvalidOperationException">The link is broken.</exception>
    public string? FindCluster()
    {
        var place = new DirectoryInfo(Place);
        var isLink = place.LinkTarget is not null;
        var cluster = isLink ? place.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Place;
        if (isLink && !Directory.Exists(cluster))
        {
            throw new InvalidOperationException(
                $"{Place} is a link to {cluster}, which does not exist: the database of this data directory is gone. Restore it, or delete the link to start with an empty one.");
        }

        if (!Directory.Exists(cluster))
        {
            return null;
        }

        // The start that created the cluster may have failed to flush it.
        Durability.FlushFolder(dataDirectory);
        return cluster;
    }

    /// <summary>
    /// Creates the cluster under a temporary name and renames it when it is complete. First deletes the files of an interrupted attempt in the data directory.
    /// </summary>
    /// <param name="account">The cluster's future owner.</param>
    /// <param name="initialize">Creates the cluster in the given empty folder.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    public async Task<string> MakeClusterAsync(PostgresAccount account, Func<string, Task> initialize, CancellationToken cancellationToken)
    {
        var cluster = Place;
        if (OperatingSystem.IsLinux() && account.User is not null && !await LetInAsync(account, cancellationToken))
        {
            var home = Path.Combine(SharedPlace.Root, $"{SocketFolder.Hash(dataDirectory)}-{RandomNumberGenerator.GetHexString(4, lowercase: true)}");
            SharedPlace.CreateOpen(SharedPlace.Root);
            SharedPlace.CreateOpen(home);
            cluster = Path.Combine(home, "postgres");
            logger.LogInformation("PostgreSQL runs as uid {User}, which cannot reach {DataDirectory}: the database is in {Cluster}", account.User, dataDirectory, cluster);
        }

        var unfinished = cluster + ".unfinished";
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        CreatePrivate(unfinished);
        if (!OperatingSystem.IsWindows())
        {
            account.Own(unfinished);
        }

        await initialize(unfinished);
        Directory.Move(unfinished, cluster);
        if (OperatingSystem.IsLinux() && cluster != Place)
        {
            // After a power cut, the link must not exist without the cluster. The cluster is two folders below the shared place.
            for (var above = cluster; above != Path.GetDirectoryName(SharedPlace.Root);)
            {
                above = Path.GetDirectoryName(above)!;
                Durability.FlushFolder(above);
            }

            Directory.CreateSymbolicLink(Place, cluster);
        }

        Durability.FlushFolder(dataDirectory);
        return cluster;
    }

    /// <summary>Returns the binaries, copied to a shared location if the account cannot reach them.</summary>
    public static async Task<PostgresBinaries> ReachableAsync(PostgresBinaries binaries, PostgresAccount account, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux() || await account.CanReachAsync(binaries.Server, cancellationToken))
        {
            return binaries;
        }

        if (binaries.Package is null)
        {
            throw new InvalidOperationException($"PostgreSQL runs as uid {account.User}, which cannot read {binaries.Server}.");
        }

        var copy = Path.Combine(SharedPlace.Root, $"postgresql-{binaries.Package}");
        if (!Directory.Exists(copy))
        {
            var unfinished = $"{copy}.{Environment.ProcessId}";
            SharedPlace.CreateOpen(SharedPlace.Root);
            SharedPlace.Copy(binaries.Folder, unfinished);
            try
            {
                Directory.Move(unfinished, copy);
            }
            catch (IOException) when (Directory.Exists(copy))
            {
                // Another process has already copied the binaries.
                Directory.Delete(unfinished, recursive: true);
            }
        }

        return binaries with { Folder = copy };
    }

    /// <summary>Creates a folder with mode 0700, including its parents.</summary>
    public static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, Private);
        }
    }

    /// <summary>
    /// Allows the account to traverse the data directory if only the directory's mode prevents it: changes a directory owned by root from 0700 to 0710 with the
    /// account's group. Other files in the directory remain private because of their own modes.
    /// </summary>
    [SupportedOSPlatform("linux")]
    private async Task<bool> LetInAsync(PostgresAccount account, CancellationToken cancellationToken)
    {
        if (await account.CanReachAsync(dataDirectory, cancellationToken))
        {
            return true;
        }

        if (Path.GetDirectoryName(dataDirectory) is not { } parent || !await account.CanReachAsync(parent, cancellationToken) || Posix.Look(dataDirectory)?.User != 0)
        {
            return false;
        }

        Posix.Give(dataDirectory, 0, account.Group);
        File.SetUnixFileMode(dataDirectory, File.GetUnixFileMode(dataDirectory) | UnixFileMode.GroupExecute);
        return await account.CanReachAsync(dataDirectory, cancellationToken);
    }
}
