using ImageHub.Domain.ApiKeys;
using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Accounts;

/// <summary>Who asks.</summary>
public interface ICaller
{
    /// <summary>The account, or null for visitors.</summary>
    Guid? UserId { get; }

    /// <summary>The session, or null for visitors and API keys.</summary>
    Guid? SessionId { get; }

    /// <summary>What the API key is for that the request was sent with; null without a key.</summary>
    IReadOnlyList<KeyScope>? Scopes { get; }

    /// <summary>Whether this is an admin, as of this request, or an admin's key with the scope <c>admin</c>.</summary>
    bool IsAdmin { get; }

    /// <summary>What the account gets, as of this request; null for admins and visitors.</summary>
    Tier? Tier { get; }

    /// <summary>The client's address: what failures are counted by.</summary>
    string Address { get; }
}
