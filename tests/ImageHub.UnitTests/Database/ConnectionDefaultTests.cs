using ImageHub.Infrastructure.Database;
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
}
