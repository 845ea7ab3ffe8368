namespace ImageHub.Application.Choices;

/// <summary>The credentials of a guest's request below a link.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Cookie">The cookie of the unlocked link.</param>
/// <param name="GuestToken">The guest's cookie for this link, or null.</param>
public sealed record GuestVisit(string Token, string? Cookie, string? GuestToken);
