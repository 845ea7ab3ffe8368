using System.Net;
using ImageHub.Application.Accounts;
using ImageHub.Application.Site;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.ApiTests.Errors;

/// <summary>The answer to a request that fails because of a defect, and the log's line about it.</summary>
public sealed class UnexpectedErrorTests(PostgresServer postgres)
{
    [Fact]
    public async Task The_details_of_an_unexpected_error_are_in_the_log_and_not_in_the_answer()
    {
        using var log = new LoggedLines();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.AddTransient<IRequestHandler<GetMe, Me>, Defect>();
        });

        var problem = await server.Admin.GetAsync("/api/v1/auth/me").ProblemAsync(HttpStatusCode.InternalServerError, "unexpected");

        problem.ToString().ShouldNotContain(Defect.Detail);
        problem.ToString().ShouldNotContain(nameof(InvalidOperationException));
        log.With("AuthController.Me").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task An_answer_of_the_database_that_does_not_belong_to_the_statement_is_answered_503_and_logged_with_its_stack_trace()
    {
        using var log = new LoggedLines();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.AddTransient<IRequestHandler<GetMe, Me>, MixedUpAnswers>();
            builder.Services.AddTransient<IRequestHandler<GetSite, SiteResponse>, MixedUpAnswers>();
        });

        await server.Admin.GetAsync("/api/v1/auth/me").ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
        await server.Visitor.GetAsync("/").StatusAsync(HttpStatusCode.OK);

        foreach (var text in (string[])["AuthController.Me", "A page is sent without its content"])
        {
            var line = log.Find(text).ShouldHaveSingleItem();
            line.Level.ShouldBe(LogLevel.Error);
            line.Exception.ShouldBeOfType<NpgsqlException>();
        }
    }

    private sealed class MixedUpAnswers : IRequestHandler<GetMe, Me>, IRequestHandler<GetSite, SiteResponse>
    {
        public Task<Me> Handle(GetMe request, CancellationToken cancellationToken) => throw Create();

        public Task<SiteResponse> Handle(GetSite request, CancellationToken cancellationToken) => throw Create();

        private static NpgsqlException Create() => new("Received backend message DataRow while expecting BindComplete. Please file a bug.") { Source = "Npgsql" };
    }

    private sealed class Defect : IRequestHandler<GetMe, Me>
    {
        public const string Detail = "a detail of the server";

        public Task<Me> Handle(GetMe request, CancellationToken cancellationToken) => throw new InvalidOperationException(Detail);
    }
}
