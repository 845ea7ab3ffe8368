namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>A PostgreSQL installation and the cluster it runs.</summary>
/// <param name="Binaries">The programs.</param>
/// <param name="Cluster">The cluster's folder, with symbolic links resolved.</param>
internal sealed record Installation(PostgresBinaries Binaries, string Cluster)
{
    /// <summary>The version, the source of the programs and the cluster, for the log.</summary>
    public string Description =>
        $"PostgreSQL {Binaries.Version} ({(Binaries.Package is not null ? "embedded" : $"embedded, from {Binaries.Folder}")}, {Cluster})";
}
