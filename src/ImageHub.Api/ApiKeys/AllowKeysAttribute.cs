using ImageHub.Domain.ApiKeys;

namespace ImageHub.Api.ApiKeys;

/// <summary>
/// Opens a route to API keys that have one of the scopes; without scopes, to every key. It stands beside what says who may call the route
/// (<see cref="Accounts.Access"/>). A route of the API without it is closed to keys.
/// </summary>
/// <param name="scopes">Any of them is enough.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowKeysAttribute(params KeyScope[] scopes) : Attribute
{
    /// <summary>Any of them is enough; none: every key may.</summary>
    public IReadOnlyList<KeyScope> Scopes { get; } = scopes;
}
