using ImageHub.Domain.ApiKeys;

namespace ImageHub.Api.ApiKeys;

/// <summary>
/// Opens a route to API keys that have one of the scopes, or to every key if no scope is given. The attribute complements the route's access policy
/// (<see cref="Accounts.Access"/>). API routes without the attribute reject keys.
/// </summary>
/// <param name="scopes">The scopes; any one of them is sufficient.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class AllowKeysAttribute(params KeyScope[] scopes) : Attribute
{
    /// <summary>The accepted scopes; a key needs one of them. If the list is empty, every key is accepted.</summary>
    public IReadOnlyList<KeyScope> Scopes { get; } = scopes;
}
