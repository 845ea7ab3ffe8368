namespace ImageHub.Domain.Accounts;

/// <summary>A client address from which an account has signed in.</summary>
/// <param name="UserId">The account.</param>
/// <param name="AddressHash">A keyed hash of the address.</param>
/// <param name="SignedInAt">The time of the latest sign-in.</param>
public sealed record KnownAddress(Guid UserId, byte[] AddressHash, DateTimeOffset SignedInAt)
{
    /// <summary>How long an address stays known after its latest sign-in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
}
