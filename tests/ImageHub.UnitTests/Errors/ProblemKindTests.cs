using ImageHub.Application.Errors;

namespace ImageHub.UnitTests.Errors;

/// <summary>The kinds of problems and their statuses must agree: a client branches on the status, the server on the kind.</summary>
public sealed class ProblemKindTests
{
    [Fact]
    public void The_server_causes_exactly_the_problems_with_a_status_of_5xx() =>
        Problems.All.Where(problem => problem.IsCausedByCaller == problem.Status >= 500).ShouldBeEmpty();

    [Fact]
    public void A_part_is_unavailable_exactly_where_the_status_is_503() =>
        Problems.All.Where(problem => (problem.Kind == ProblemKind.Unavailable) != (problem.Status == 503)).ShouldBeEmpty();

    [Fact]
    public void A_refusal_is_final_exactly_where_another_try_ends_in_the_same_way() => Problems.All
        .Where(problem => (problem.Kind == ProblemKind.Final) != (problem.Status is 403 or 404 or 409 or 410 or 413 or 415 or 422 && problem != Problems.OffsetMismatch))
        .ShouldBeEmpty();
}
