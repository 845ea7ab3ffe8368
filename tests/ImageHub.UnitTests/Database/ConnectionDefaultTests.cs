using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing.Database;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ImageHub.UnitTests.Database;

public sealed class ConnectionDefaultTests
{
    [Theory]
    [InlineData("Host=db;Database=imagehub", 2, 500, GssEncryptionMode.Disable, 200, true)]
    [InlineData("Host=db;Database=imagehub;Timeout=9;Cancellation Timeout=7;Gss Encryption Mode=Require;Max Auto Prepare=0;No Reset On Close=false", 9, 7, GssEncryptionMode.Require, 0, false)]
    [InlineData("Host=db;Database=imagehub;timeout=9;CancellationTimeout=7;GssEncryptionMode=Require;maxAutoPrepare=3;noResetOnClose=false", 9, 7, GssEncryptionMode.Require, 3, false)]
    public void Connection_string_options_override_defaults(string connectionString, int timeout, int cancellation, GssEncryptionMode encryption, int prepared, bool isKept)
    {
        var builder = new NpgsqlConnectionStringBuilder(DatabaseServices.WithDefaults(connectionString));

        (builder.Timeout, builder.CancellationTimeout, builder.GssEncryptionMode).ShouldBe((timeout, cancellation, encryption));
        (builder.MaxAutoPrepare, builder.NoResetOnClose).ShouldBe((prepared, isKept));
    }

    [Theory]
    [InlineData("Host=a,b:5433;Database=imagehub", "primary", 1)]
    [InlineData("Host=a,b:5433;Database=imagehub;Target Session Attributes=read-write;Host Recheck Seconds=7", "read-write", 7)]
    [InlineData("Host=a;Database=imagehub", null, 10)]
    public void Several_hosts_mean_the_primary_which_is_looked_for_every_second(string connectionString, string? target, int recheckSeconds)
    {
        var folder = TemporaryFolders.Create();
        try
        {
            var configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ConnectionStrings:ImageHub", connectionString)]).Build();
            var server = new DatabaseServer(configuration, new DataDirectory(Options.Create(new ImageHubOptions { DataDirectory = folder })), NullLogger<DatabaseServer>.Instance);

            var builder = new NpgsqlConnectionStringBuilder(server.ConnectionString);
            (builder.TargetSessionAttributes, builder.HostRecheckSeconds).ShouldBe((target, recheckSeconds));
            server.Description.ShouldBe(target is null ? "PostgreSQL at a:5432, database imagehub" : "PostgreSQL at a:5432, b:5433, database imagehub");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
