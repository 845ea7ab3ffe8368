using ImageHub.Domain.Accounts;
using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Accounts;

/// <summary>The caller of a request.</summary>
public interface ICaller
{
    /// <summary>The account, or null for visitors.</summary>
    Guid? UserId { get; }

    /// <summary>The session, or null for visitors and API keys.</summary>
    Guid? SessionId { get; }

    /// <summary>The request's API key, or null.</summary>
    Guid? KeyId { get; }

    /// <summary>The scopes of the request's API key; null if the request has no key.</summary>
    IReadOnlyList<KeyScope>? Scopes { get; }

    /// <summary>The account's current role; null for visitors. A key may do less than the role of its account.</summary>
    Role? Role { get; }

    /// <summary>Whether the caller is currently an admin, or uses an admin's key with the scope <c>admin</c>.</summary>
    bool IsAdmin { get; }

    /// <summary>Whether the caller curates all groups and images: an admin as defined by <see cref="IsAdmin"/>, or a signed-in editor.</summary>
    bool IsCurator { get; }

    /// <summary>
    /// The account of a signed-in user who is a member of at least one group; otherwise null. If it is null, queries need not read memberships.
    /// </summary>
    Guid? MemberId { get; }

    /// <summary>The account's current tier; null for admins, editors and visitors.</summary>
    Tier? Tier { get; }

    /// <summary>The client's address. Failed sign-ins are counted per address.</summary>
    string Address { get; }
}
