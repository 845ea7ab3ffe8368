using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Backups;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Storage;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>Generates a signing key and stores it in the data directory if the database is embedded and no key is set.</summary>
internal sealed class SigningKeyFile(DatabaseServer server, DataDirectory data) : IPostConfigureOptions<JwtOptions>, IDataDirectoryKey
{
    private const string Name = "signing.key";

    public string? Path => server.IsEmbedded ? data.File(Name) : null;

    public string RestoredPath => data.File("restored-signing.key");

    public void PostConfigure(string? name, JwtOptions options)
    {
        if (options.SigningKey.Length == 0 && Path is { } path)
        {
            options.SigningKey = ReadOrCreate(path);
        }
    }

    private static string ReadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            // The key is written to a temporary file and then renamed, so the key file is never incomplete. If two processes create it, the first one wins.
            var draft = $"{path}.{Environment.ProcessId}";
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using (var writer = new StreamWriter(new FileStream(draft, options)))
            {
                writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(JwtOptions.MinKeyBytes)));
            }

            // The database will contain secrets that only this key decrypts, and PostgreSQL flushes them.
            Durability.FlushFile(draft);
            try
            {
                File.Move(draft, path, overwrite: false);
                Durability.FlushFolder(System.IO.Path.GetDirectoryName(path)!);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(draft);
            }
        }

        return File.ReadAllText(path).Trim();
    }
}
