using System.Net;
using ImageHub.Application.Accounts;
using ImageHub.Application.Site;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
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

    [Fact]
    public async Task A_client_that_disconnects_during_its_404_leaves_no_error_in_the_log()
    {
        using var log = new LoggedLines();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder =>
        {
            builder.Logging.AddProvider(log);
            builder.Services.AddSingleton<IStartupFilter, Disconnects>();
        });

        await server.Admin.GetAsync($"/api/v1/groups/{Guid.NewGuid()}?{Disconnects.Query}").StatusAsync((HttpStatusCode)StatusCodes.Status499ClientClosedRequest);

        log.Find("").Where(line => line.Level >= LogLevel.Error).ShouldBeEmpty();
    }

    /// <summary>Ends a request at the first byte of its response, as if the client had disconnected at this moment.</summary>
    private sealed class Disconnects : IStartupFilter
    {
        public const string Query = "disconnects";

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, pipeline) =>
            {
                if (context.Request.QueryString.Value != $"?{Query}")
                {
                    await pipeline(context);
                    return;
                }

                using var aborted = new CancellationTokenSource();
                context.Request.QueryString = default;
                context.RequestAborted = aborted.Token;
                context.Response.Body = new DisconnectedStream(aborted);
                await pipeline(context);
            });
            next(app);
        };
    }

    private sealed class DisconnectedStream(CancellationTokenSource aborted) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await aborted.CancelAsync();
            throw new OperationCanceledException(aborted.Token);
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
