using ImageHub.Client;

namespace ImageHub.Api.Console.Adding;

/// <summary>The reasons why a server refused a request.</summary>
internal static class Refusals
{
    /// <summary>The problem, or null if the response does not come from an ImageHub server.</summary>
    public static ProblemDocument? Problem(this ApiException refused) => refused is ApiException<ProblemDocument> { Result: { Code: not null } problem } ? problem : null;

    /// <summary>The text of the error.</summary>
    public static string Reason(this ApiException refused) => (refused.Problem()?.Detail, refused.FindHeader("Location")) switch
    {
        ({ } detail, _) => detail,
        (_, { } location) => $"the server answered {refused.StatusCode} and redirects to {location}",
        _ => $"the server answered {refused.StatusCode}",
    };
}
