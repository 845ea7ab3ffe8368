using ImageHub.Application.Database;

namespace ImageHub.Application.Backups;

/// <summary>Writes the database's tables to files and reads them back.</summary>
public interface IDatabaseDump
{
    /// <summary>Writes all tables as of one moment.</summary>
    /// <param name="write">Writes the content of a table.</param>
    /// <param name="read">Reads more in the same snapshot.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The schema's last migration and the tables.</returns>
    Task<(string Migration, IReadOnlyList<BackupTable> Tables)> WriteAsync(Func<string, Stream, Task<BackupFile>> write, Func<IImageHubDb, Task> read, CancellationToken cancellationToken);

    /// <summary>Starts the configured database server and creates the database if it is missing.</summary>
    /// <exception cref="BackupException">The database has tables already, or this program does not know the migration.</exception>
    Task PrepareEmptyAsync(string migration, CancellationToken cancellationToken);

    /// <summary>Creates the schema of the migration and fills the tables, in one transaction.</summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="open">Opens the content of a table.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="BackupException">The restored tables do not have the manifest's number of rows.</exception>
    Task RestoreAsync(BackupManifest manifest, Func<BackupTable, Task<Stream>> open, CancellationToken cancellationToken);
}

/// <summary>The key that the data directory keeps if the database is embedded.</summary>
public interface IDataDirectoryKey
{
    /// <summary>The path of the key's file; null if the database is external, because the key is a setting then.</summary>
    string? Path { get; }

    /// <summary>The path of a file in the data directory for a decrypted key that must become a setting.</summary>
    string RestoredPath { get; }

    /// <summary>Writes a key to one of the two paths. The file is replaced as a whole, and is durable when the method returns.</summary>
    Task WriteAsync(string path, Stream content, CancellationToken cancellationToken);
}
