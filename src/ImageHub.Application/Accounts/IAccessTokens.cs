namespace ImageHub.Application.Accounts;

/// <summary>Signs access tokens (RFC 9068). A token identifies the account and the session, and contains no permissions.</summary>
public interface IAccessTokens
{
    /// <summary>Signs a token.</summary>
    string Issue(Guid userId, Guid sessionId, DateTimeOffset now, TimeSpan lifetime);
}
