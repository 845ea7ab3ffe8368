namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>Which PostgreSQL runs which cluster.</summary>
/// <param name="Binaries">The programs.</param>
/// <param name="Cluster">The cluster's folder, links followed.</param>
internal sealed record Installation(PostgresBinaries Binaries, string Cluster)
{
    /// <summary>Both, for the log.</summary>
    public string Description =>
        $"PostgreSQL {Binaries.Version} ({(Binaries.Package is not null ? "embedded" : $"embedded, from {Binaries.Folder}")}, {Cluster})";
}
