using ImageHub.Application.Database;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.Database;

/// <summary>Errors that count as a database outage.</summary>
public sealed class DatabaseOutageTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_transaction_whose_connection_was_lost_is_an_outage()
    {
        await using var scope = server.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ImageHubDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(TestContext.Current.CancellationToken);
        var process = await db.Database.SqlQuery<int>($"SELECT pg_backend_pid() AS \"Value\"").SingleAsync(TestContext.Current.CancellationToken);
        await server.SqlAsync($"SELECT pg_terminate_backend({process})");
        DatabaseOutage.Explains(await Should.ThrowAsync<Exception>(SelectAsync)).ShouldBeTrue();

        var next = await Should.ThrowAsync<InvalidOperationException>(SelectAsync);

        next.Message.ShouldBe("Transaction is already completed");
        DatabaseOutage.Explains(next).ShouldBeTrue();

        Task SelectAsync() => db.Database.ExecuteSqlAsync($"SELECT 1", TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(typeof(NullReferenceException), "", "Npgsql", true, false)]
    [InlineData(typeof(NullReferenceException), "", "ImageHub.Application", false, true)]
    [InlineData(typeof(NpgsqlException), "Exception while reading from stream", "Npgsql", true, false)]
    [InlineData(typeof(Exception), "The parameter already belongs to a collection.", "Npgsql", false, true)]
    [InlineData(typeof(Exception), "Received unexpected backend message DataRow. Please file a bug.", "Npgsql", true, true)]
    [InlineData(typeof(Exception), "Received unexpected backend message DataRow. Please file a bug.", "ImageHub.Application", false, true)]
    [InlineData(typeof(NpgsqlException), "Received unexpected message of type DataRow while waiting", "Npgsql", true, true)]
    [InlineData(typeof(NpgsqlException), "Received backend message DataRow while expecting BindComplete. Please file a bug.", "Npgsql", true, true)]
    [InlineData(typeof(NpgsqlException), "Unknown message code: 0", "Npgsql", true, true)]
    [InlineData(typeof(InvalidOperationException), "Internal Npgsql bug: connection is in state Open but connector is in state Closed", "Npgsql", true, false)]
    [InlineData(typeof(InvalidOperationException), "Internal Npgsql bug: unexpected value 0 of enum ConnectorState. Please file a bug.", "Npgsql", true, false)]
    [InlineData(typeof(InvalidOperationException), "Internal Npgsql bug: unexpected value 0 of enum BackendMessageCode. Please file a bug.", "Npgsql", true, true)]
    [InlineData(typeof(InvalidOperationException), "Internal Npgsql bug: unexpected value 0 of enum TransactionStatus. Please file a bug.", "Npgsql", true, true)]
    public void Only_errors_of_a_broken_connection_inside_Npgsql_are_an_outage_and_an_outage_without_mixed_up_answers_is_logged_without_a_stack_trace(Type type, string message, string source, bool isOutage, bool isLoggedWithStackTrace)
    {
        var thrown = (Exception)Activator.CreateInstance(type, message)!;
        thrown.Source = source;
        var wrapped = new InvalidOperationException("The query failed.", thrown);

        (DatabaseOutage.Explains(thrown), DatabaseOutage.ForLog(thrown)).ShouldBe((isOutage, isLoggedWithStackTrace ? thrown : null));
        (DatabaseOutage.Explains(wrapped), DatabaseOutage.ForLog(wrapped)).ShouldBe((isOutage, isLoggedWithStackTrace ? wrapped : null));
    }

    [Fact]
    public void A_cancelled_statement_is_no_error_of_the_database()
    {
        var cancelled = new PostgresException("canceling statement due to user request", "ERROR", "ERROR", PostgresErrorCodes.QueryCanceled);

        DatabaseOutage.IsDatabaseError(new OperationCanceledException("Query was cancelled", cancelled)).ShouldBeFalse();
        DatabaseOutage.IsDatabaseError(new InvalidOperationException("The query failed.", cancelled)).ShouldBeTrue();
    }

    [Fact]
    public void The_reason_in_the_log_is_the_message_of_the_database()
    {
        var refused = new NpgsqlException("Failed to connect to 192.0.2.1:5432");
        var wrapped = new InvalidOperationException("An exception has been raised that is likely due to a transient failure.", refused);

        DatabaseOutage.FindReason(wrapped).ShouldBe("Failed to connect to 192.0.2.1:5432");
        DatabaseOutage.FindReason(new NpgsqlException("Exception while reading from stream", new IOException("Connection reset by peer"))).ShouldBe("Exception while reading from stream: Connection reset by peer");
        DatabaseOutage.FindReason(new NpgsqlException("Unable to connect to a suitable host. Check inner exception for more details.", new AggregateException(refused, new TimeoutException("The operation has timed out."))))
            .ShouldBe("Failed to connect to 192.0.2.1:5432; The operation has timed out.");
        DatabaseOutage.FindReason(new NpgsqlException("The operation has timed out", new TimeoutException("The operation has timed out."))).ShouldBe("The operation has timed out");
        DatabaseOutage.FindReason(new InvalidOperationException("There are two.", new IOException("No space left on device"))).ShouldBe("There are two.");
    }
}
