using ImageHub.Infrastructure.Database;
using Npgsql;

namespace ImageHub.UnitTests.Database;

public sealed class ConnectionTimeoutTests
{
    [Theory]
    [InlineData("Host=db;Database=imagehub", 2, 500, GssEncryptionMode.Disable)]
    [InlineData("Host=db;Database=imagehub;Timeout=9;Cancellation Timeout=7;Gss Encryption Mode=Require", 9, 7, GssEncryptionMode.Require)]
    [InlineData("Host=db;Database=imagehub;timeout=9;CancellationTimeout=7;GssEncryptionMode=Require", 9, 7, GssEncryptionMode.Require)]
    public void What_the_connection_string_says_goes_before(string connectionString, int timeout, int cancellation, GssEncryptionMode encryption)
    {
        var builder = new NpgsqlConnectionStringBuilder(DatabaseServices.WithTimeouts(connectionString));

        (builder.Timeout, builder.CancellationTimeout, builder.GssEncryptionMode).ShouldBe((timeout, cancellation, encryption));
    }
}
