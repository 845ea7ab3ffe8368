namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>The server's log file in the data directory.</summary>
internal sealed class ServerLog(string dataDirectory)
{
    private const long LongestBytes = 5_000_000;

    public string Location { get; } = Path.Combine(dataDirectory, "postgres.log");

    /// <summary>Shortens the log if it is too long, and creates it if it is missing. Returns the position where the lines of this start will begin.</summary>
    public long Open()
    {
        Shorten();
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var log = new FileStream(Location, options);
        return log.Length;
    }

    /// <summary>
    /// Moves the lines to a second file if the log is too long; the second file's former lines are deleted. A running server keeps its open file, so the file
    /// itself remains and only its lines are moved. Lines that the server writes during the move may be lost. If the lines cannot be moved, for example because
    /// the disk is full, they are deleted.
    /// </summary>
    public void Shorten()
    {
        if (!File.Exists(Location) || new FileInfo(Location).Length <= LongestBytes)
        {
            return;
        }

        Try(() => File.Copy(Location, Location + ".1", overwrite: true));
        Try(() => new FileStream(Location, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite).Dispose());

        static void Try(Action change)
        {
            try
            {
                change();
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // A log that cannot be shortened is no reason to stop the server.
            }
        }
    }

    /// <summary>Reads the last lines after a position.</summary>
    public string Tail(long from)
    {
        using var log = new FileStream(Location, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        log.Position = from;
        using var reader = new StreamReader(log);
        return string.Join(Environment.NewLine, reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(15));
    }
}
