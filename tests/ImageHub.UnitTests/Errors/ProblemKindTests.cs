using ImageHub.Application.Errors;

namespace ImageHub.UnitTests.Errors;

/// <summary>The kinds of problems and their statuses must agree, because clients act on the status and the server acts on the kind.</summary>
public sealed class ProblemKindTests
{
    private static readonly Problem[] RepeatedRequestsSucceed = [Problems.OffsetMismatch, Problems.UploadFailed];

    [Fact]
    public void Exactly_the_problems_with_a_5xx_status_are_caused_by_the_server() =>
        Problems.All.Where(problem => problem.IsCausedByCaller == problem.Status >= 500).ShouldBeEmpty();

    [Fact]
    public void Exactly_the_problems_with_status_503_mean_that_a_dependency_is_unavailable() =>
        Problems.All.Where(problem => (problem.Kind == ProblemKind.Unavailable) != (problem.Status == 503)).ShouldBeEmpty();

    [Fact]
    public void A_refusal_is_final_exactly_when_a_retry_would_end_the_same_way() => Problems.All
        .Where(problem => (problem.Kind == ProblemKind.Final) != (problem.Status is 403 or 404 or 409 or 410 or 413 or 415 or 422 && !RepeatedRequestsSucceed.Contains(problem)))
        .ShouldBeEmpty();
}
