using System.Globalization;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>Checks before the start whether PostgreSQL would refuse a cluster, and explains how to fix it.</summary>
internal static class ClusterCheck
{
    /// <exception cref="InvalidOperationException">The cluster belongs to another version or another account, or is not a cluster.</exception>
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
            throw new InvalidOperationException($"The PostgreSQL cluster {folder} belongs to another account than ImageHub's: run ImageHub as that one, or hand it over with chown -R.", refused);
        }
        catch (FileNotFoundException missing)
        {
            throw new InvalidOperationException($"{folder} is no PostgreSQL cluster: it has no PG_VERSION. Move it away, and an empty cluster is made.", missing);
        }

        if (made != installation.Binaries.Version.Major.ToString(CultureInfo.InvariantCulture))
        {
            throw new InvalidOperationException(
                $"The cluster {folder} was made by PostgreSQL {made}, and this is PostgreSQL {installation.Binaries.Version}. Dump it with the former and restore it into an empty data directory.");
        }

        if (OperatingSystem.IsLinux() && account.User is not null)
        {
            if (Posix.Look(folder)?.User == 0)
            {
                // For example after root has restored a backup.
                account.Own(folder);
            }

            if (!await account.CanReachAsync(folder, cancellationToken))
            {
                throw new InvalidOperationException($"Uid {account.User}, as which PostgreSQL runs, cannot reach the cluster {folder}: a folder above it is closed to it.");
            }
        }
    }
}
