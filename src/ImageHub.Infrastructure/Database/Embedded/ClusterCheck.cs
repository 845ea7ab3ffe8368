using System.Globalization;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>Checks before the start whether PostgreSQL would refuse a cluster, and explains how to fix the problem.</summary>
internal static class ClusterCheck
{
    /// <exception cref="InvalidOperationException">The cluster belongs to another version or account, cannot be reached, or is not a cluster.</exception>
    public static async Task RunAsync(Installation installation, PostgresAccount account, CancellationToken cancellationToken)
    {
        var folder = installation.Cluster;
        string made;
        try
        {
            made = (await File.ReadAllTextAsync(Path.Combine(folder, "PG_VERSION"), cancellationToken)).Trim();
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new InvalidOperationException($"The PostgreSQL cluster {folder} belongs to another account: run ImageHub as that account, or change the owner with chown -R.", refused);
        }
        catch (FileNotFoundException missing)
        {
            throw new InvalidOperationException($"{folder} is not a PostgreSQL cluster: the file PG_VERSION is missing. Move the folder away; ImageHub then creates an empty cluster.", missing);
        }

        if (made != installation.Binaries.Version.Major.ToString(CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException(
                $"The cluster {folder} was made by PostgreSQL {made}, but this is PostgreSQL {installation.Binaries.Version}. Dump it with the old version and restore the dump into an empty data directory.");
        }

        if (OperatingSystem.IsLinux() && account.User is not null)
        {
            if (Posix.Look(folder)?.User == 0)
            {
                // Root owns the cluster, for example because root has restored a backup.
                account.Own(folder);
            }

            if (!await account.CanReachAsync(folder, cancellationToken))
            {
                throw new InvalidOperationException($"PostgreSQL runs as uid {account.User}, which cannot reach the cluster {folder}: a parent folder denies access.");
            }
        }
    }
}
