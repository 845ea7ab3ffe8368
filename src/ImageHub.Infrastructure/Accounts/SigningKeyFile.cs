using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Backups;
using ImageHub.Application.Storage;
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

    public async Task WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var draft = DraftFor(path);
        await HashedFile.WriteAsync(draft, content, cancellationToken);
        Durability.FlushFile(draft);
        File.Move(draft, path, overwrite: true);
        Durability.FlushFolder(System.IO.Path.GetDirectoryName(path)!);
    }

    private static string DraftFor(string path) => $"{path}.{Environment.ProcessId}";

    private static string ReadOrCreate(string path)
    {
        if (!File.Exists(path))
        {
            // The key is written to a temporary file and then renamed, so the key file is never incomplete. If two processes create it, the first one wins.
            var draft = DraftFor(path);
            using (var writer = new StreamWriter(PrivateFile.Create(draft)))
            {
                writer.Write(Convert.ToBase64String(RandomNumberGenerator.GetBytes(JwtOptions.MinKeyBytes)));
            }

            // PostgreSQL flushes the secrets that only this key decrypts, so the key must be on disk before them.
            Durability.FlushFile(draft);
            try
            {
                File.Move(draft, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(draft);
            }
        }

        // An earlier start may have failed here.
        Durability.FlushFolder(System.IO.Path.GetDirectoryName(path)!);
        return File.ReadAllText(path).Trim();
    }
}
