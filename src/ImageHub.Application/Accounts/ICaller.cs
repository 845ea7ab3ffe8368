using ImageHub.Domain.Tiers;

namespace ImageHub.Application.Accounts;

/// <summary>Who asks.</summary>
public interface ICaller
{
    /// <summary>The account, or null for visitors.</summary>
    Guid? UserId { get; }

    /// <summary>The session, or null for visitors.</summary>
    Guid? SessionId { get; }

    /// <summary>Whether the account is an admin's, as of this request.</summary>
    bool IsAdmin { get; }

    /// <summary>What the account gets, as of this request; null for admins and visitors.</summary>
    Tier? Tier { get; }

    /// <summary>The client's address: what failures are counted by.</summary>
    string Address { get; }
}
