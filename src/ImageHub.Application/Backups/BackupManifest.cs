using System.Reflection;
using System.Text.Json;

namespace ImageHub.Application.Backups;

/// <summary>The content of a backup, in its file <c>manifest.json</c>.</summary>
/// <param name="Format">The version of the format, <see cref="CurrentFormat"/>.</param>
/// <param name="Program">The version of the program that made the backup.</param>
/// <param name="Migration">The last migration of the database's schema.</param>
/// <param name="CreatedAt">The time of the database's snapshot.</param>
/// <param name="Tables">The tables, each in a file of its own.</param>
/// <param name="Objects">The list of objects, in <c>objects.txt</c>.</param>
/// <param name="MissingKeys">The keys of objects that the store had lost before the backup.</param>
/// <param name="SigningKey">The generated key of the data directory, in <c>signing.key</c>; null if the key is encrypted, left out or a setting.</param>
public sealed record BackupManifest(
    int Format,
    string Program,
    string Migration,
    DateTimeOffset CreatedAt,
    IReadOnlyList<BackupTable> Tables,
    BackupObjects Objects,
    IReadOnlyList<string> MissingKeys,
    BackupFile? SigningKey)
{
    /// <summary>The key of the data directory in <c>signing.key.encrypted</c>; null if there is no passphrase, or the key is a setting.</summary>
    public BackupFile? EncryptedKey { get; init; }

    /// <summary>The id of the gallery; null in backups that were made before an update of the schema.</summary>
    public Guid? GalleryId { get; init; }

    /// <summary>Whether the backup contains neither objects nor keys, because the server made it before it updated the schema.</summary>
    public bool IsDatabaseOnly { get; init; }

    /// <summary>The version of the format that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The version of this program.</summary>
    internal static string ProgramVersion => typeof(BackupManifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The JSON of manifests.</summary>
    internal static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}

/// <summary>A file of a backup.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
public sealed record BackupFile(long Bytes, string Sha256);

/// <summary>A table, in the file <c>database/{name}.copy</c> in PostgreSQL's binary COPY format.</summary>
/// <param name="Name">The table's name.</param>
/// <param name="Columns">The names of its columns, in the order of the file.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="File">The file.</param>
public sealed record BackupTable(string Name, IReadOnlyList<string> Columns, long Rows, BackupFile File);

/// <summary>The objects of a backup.</summary>
/// <param name="Count">Their number.</param>
/// <param name="Bytes">The sum of their sizes.</param>
/// <param name="List">The list: a line for each object, with key, size and SHA-256.</param>
public sealed record BackupObjects(long Count, long Bytes, BackupFile List);

/// <summary>A backup cannot be made, verified or restored.</summary>
/// <param name="message">The reason, and what to do.</param>
public class BackupException(string message) : Exception(message);

/// <summary>Files of a backup are missing or damaged.</summary>
/// <param name="message">The file, and what to do.</param>
public sealed class DamagedBackupException(string message) : BackupException(message);
