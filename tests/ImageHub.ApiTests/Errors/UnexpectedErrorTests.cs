using System.Net;
using ImageHub.Application.Accounts;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.ApiTests.Errors;

/// <summary>The answer to a request that fails because of a defect of the server.</summary>
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

    private sealed class Defect : IRequestHandler<GetMe, Me>
    {
        public const string Detail = "a detail of the server";

        public Task<Me> Handle(GetMe request, CancellationToken cancellationToken) => throw new InvalidOperationException(Detail);
    }
}
