namespace ImageHub.Application.Accounts;

/// <summary>Signs access tokens (RFC 9068), which identify the account and the session but contain no permissions.</summary>
public interface IAccessTokens
{
    /// <summary>Signs a token.</summary>
    string Issue(Guid userId, Guid sessionId, DateTimeOffset now, TimeSpan lifetime);
}
