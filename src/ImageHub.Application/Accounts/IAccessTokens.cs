namespace ImageHub.Application.Accounts;

/// <summary>Signs access tokens (RFC 9068): they name the account and the session, and say nothing of what either may do.</summary>
public interface IAccessTokens
{
    /// <summary>Signs a token.</summary>
    string Issue(Guid userId, Guid sessionId, DateTimeOffset now, TimeSpan lifetime);
}
