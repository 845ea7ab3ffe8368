namespace ImageHub.Application.Links;

/// <summary>What a guest sends with a request about favourites.</summary>
/// <param name="Token">The link's token.</param>
/// <param name="Cookie">What the guest has shown before.</param>
/// <param name="GuestToken">The guest's own cookie for this link, or null.</param>
public sealed record GuestVisit(string Token, string? Cookie, string? GuestToken);
