namespace ImageHub.Domain.Accounts;

/// <summary>An address from which an account has signed in.</summary>
/// <param name="UserId">The account.</param>
/// <param name="AddressHash">A keyed hash of the address.</param>
/// <param name="SignedInAt">When it last did.</param>
public sealed record KnownAddress(Guid UserId, byte[] AddressHash, DateTimeOffset SignedInAt)
{
    /// <summary>How long an address stays known without signing in.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);
}
