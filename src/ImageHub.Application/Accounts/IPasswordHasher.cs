using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Accounts;

/// <summary>Settings of password hashing: section <c>Passwords</c>.</summary>
public sealed class PasswordOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Passwords";

    /// <summary>The bcrypt cost of password hashes; each step doubles the time. A cost of 12 takes about 200 ms of CPU time. The next sign-in renews a hash of another cost.</summary>
    [Range(10, 15)]
    public int Cost { get; set; } = 12;
}

/// <summary>The queues for password hashing.</summary>
public enum PasswordQueue
{
    /// <summary>Sign-in and new passwords.</summary>
    Accounts,

    /// <summary>Passwords of links, sent by anonymous guests.</summary>
    Links,
}

/// <summary>The caller of a request that computes a password hash.</summary>
/// <param name="Address">
/// The client's address. The queue limits the number of requests from one address; each known account at the address is counted separately.
/// </param>
/// <param name="KnownAs">
/// The signed-in account, or an account that recently signed in from this address; null for an unknown caller. Some slots of the queue are reserved for known
/// callers, and known and unknown callers take turns.
/// </param>
public sealed record HashCaller(string Address, Guid? KnownAs)
{
    /// <summary>Whether the caller is known.</summary>
    public bool IsKnown => KnownAs is not null;
}

/// <summary>Hashes passwords one at a time: a hash takes about 200 ms of CPU time, and sign-ins must not block the service.</summary>
public interface IPasswordHasher
{
    /// <summary>Waits until no other hash is being computed. Queues with waiting requests take turns.</summary>
    /// <param name="queue">The queue. A full queue does not affect other queues.</param>
    /// <param name="caller">The request's caller.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The turn; disposing it admits the next caller.</returns>
    /// <exception cref="Errors.ProblemException">
    /// <see cref="Errors.Problems.ServerBusy"/> if the queue is full, or has too many requests of this caller.
    /// </exception>
    Task<IDisposable> WaitForTurnAsync(PasswordQueue queue, HashCaller caller, CancellationToken cancellationToken);

    /// <summary>Hashes a password of at most 72 bytes of UTF-8.</summary>
    string Hash(string password);

    /// <summary>Whether a password matches a hash. If the hash is null, the method takes the same time and returns false.</summary>
    bool Verify(string password, string? hash);

    /// <summary>Whether a hash has another cost than new hashes.</summary>
    bool IsOutdated(string hash);
}

/// <summary>Hashes new passwords.</summary>
internal static class PasswordHashing
{
    /// <summary>Waits for a turn and hashes a new password for a signed-in caller.</summary>
    /// <exception cref="Errors.ProblemException">
    /// <see cref="Errors.Problems.ServerBusy"/> if the queue is full, or has too many requests of this caller.
    /// </exception>
    public static async Task<string> HashInTurnAsync(this IPasswordHasher hasher, string password, ICaller caller, CancellationToken cancellationToken)
    {
        using var turn = await hasher.WaitForTurnAsync(PasswordQueue.Accounts, new HashCaller(caller.Address, caller.UserId), cancellationToken);
        return hasher.Hash(password);
    }
}
