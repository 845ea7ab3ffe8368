using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>
/// The folder of a cluster's Unix socket. It is in a temp directory, because a socket's path is limited to 107 bytes, and a data directory's path can be
/// longer. The folder's mode (0700) protects the cluster, which has no password.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal static class SocketFolder
{
    // The 107 bytes of sun_path minus "/.s.PGSQL.5432".
    private const int LongestPath = 93;

    /// <summary>Creates or finds the folder. Its name is derived from the data directory and the account, and stays the same across restarts.</summary>
    /// <exception cref="InvalidOperationException">Each candidate folder belongs to another account or cannot be reached, or its path is too long.</exception>
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

            // Another account may have created a folder with this name, so two more names are tried.
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
            $"There is no private folder for PostgreSQL's socket: {name} under {Path.GetTempPath()} and /tmp belongs to another account, or its path is longer than {LongestPath} bytes. "
            + "Set TMPDIR to a folder of this account.");
    }

    /// <summary>Removes the folder if it is empty. It is not empty if the server could not be stopped.</summary>
    public static void Close(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // The folder is not empty, or already removed.
        }
    }

    /// <summary>A hash of a path, 16 characters long.</summary>
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

        // On other systems the temp directory belongs to the account. Only a folder's owner can change its mode, so a successful change proves the ownership.
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
