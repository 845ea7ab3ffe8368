using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// The folder of a cluster's Unix socket. It lies under the temp directory because a socket's path has at most 107 bytes,
/// which a data directory easily exceeds. Being private (0700) it is what protects the cluster, which asks for no password.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class SocketFolder
{
    // The 107 bytes of sun_path without "/.s.PGSQL.5432".
    private const int LongestPath = 93;

    /// <summary>Makes the folder, or finds the one made earlier: the name follows from the data directory, so that it stays across restarts.</summary>
    /// <exception cref="InvalidOperationException">Every candidate is someone else's.</exception>
    public static async Task<string> OpenAsync(string dataDirectory, PostgresAccount account, CancellationToken cancellationToken)
    {
        var owner = account.User ?? Posix.EffectiveUser();
        var name = $"imagehub-{Hash(dataDirectory)}-{owner}";
        foreach (var parent in (string[])[Path.GetTempPath(), "/tmp", "/var/tmp"])
        {
            if (!Directory.Exists(parent) || !await account.CanReachAsync(parent, cancellationToken))
            {
                continue;
            }

            // Anyone may have made a folder of that name here, so there are others to choose from.
            foreach (var suffix in (string[])["", "-2", "-3"])
            {
                var folder = Path.Combine(parent, name + suffix);
                if (Encoding.UTF8.GetByteCount(folder) <= LongestPath && TryTake(folder, owner, account))
                {
                    return folder;
                }
            }
        }

        throw new InvalidOperationException(
            $"There is no private folder for PostgreSQL's socket: {name} under {Path.GetTempPath()} and /tmp is someone else's, or its path is longer than {LongestPath} bytes. "
            + "Set TMPDIR to a folder of this account.");
    }

    /// <summary>Removes the folder, if it is empty: a server that could not be stopped keeps it.</summary>
    public static void Close(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Not empty, or gone.
        }
    }

    /// <summary>Sixteen characters that stand for a path.</summary>
    public static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16];

    private static bool TryTake(string folder, uint owner, PostgresAccount account)
    {
        if (Posix.TryMakePrivateFolder(folder))
        {
            account.Own(folder);
            return true;
        }

        if (OperatingSystem.IsLinux())
        {
            return Posix.Look(folder) is { IsFolder: true, IsPrivate: true } entry && entry.User == owner;
        }

        // Elsewhere the temp directory is the account's own; only the owner may change the mode.
        try
        {
            var found = new DirectoryInfo(folder);
            found.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            return found is { Exists: true, LinkTarget: null };
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
