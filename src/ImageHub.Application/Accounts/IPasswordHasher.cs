using System.ComponentModel.DataAnnotations;

namespace ImageHub.Application.Accounts;

/// <summary>Settings of password hashing: section <c>Passwords</c>.</summary>
public sealed class PasswordOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Passwords";

    /// <summary>The cost of bcrypt for passwords that are set from now on; each step doubles the time, 12 takes a core about 200 ms.</summary>
    [Range(10, 15)]
    public int Cost { get; set; } = 12;
}

/// <summary>Whose passwords wait together.</summary>
public enum PasswordQueue
{
    /// <summary>Signing in, and passwords that are set.</summary>
    Accounts,

    /// <summary>Guests of links, who may be anybody.</summary>
    Links,
}

/// <summary>The caller of a request that needs a password hash.</summary>
/// <param name="Address">The client's address: one of them never fills the queue.</param>
/// <param name="KnownAs">
/// The account that is signed in, or has signed in from this address lately; null for a stranger. Strangers cannot take all places, nor all
/// turns, and accounts at one address do not wait for each other's requests.
/// </param>
public sealed record HashCaller(string Address, Guid? KnownAs)
{
    /// <summary>Whether the caller is no stranger.</summary>
    public bool IsKnown => KnownAs is not null;
}

/// <summary>Hashes passwords, one at a time: a hash takes a core a fifth of a second, and logins must not stop the service.</summary>
public interface IPasswordHasher
{
    /// <summary>Waits until no other hash runs. Of two queues in which somebody waits each gets every second turn.</summary>
    /// <param name="queue">Who waits: a full queue leaves the others alone.</param>
    /// <param name="caller">The request's caller.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The turn; disposing lets the next one in.</returns>
    /// <exception cref="Errors.ProblemException"><see cref="Errors.Problems.ServerBusy"/> when too many wait already.</exception>
    Task<IDisposable> WaitForTurnAsync(PasswordQueue queue, HashCaller caller, CancellationToken cancellationToken);

    /// <summary>Hashes a password of at most 72 bytes of UTF-8.</summary>
    string Hash(string password);

    /// <summary>Whether a password belongs to a hash. Without a hash it costs the same and is false.</summary>
    bool Verify(string password, string? hash);
}

/// <summary>Hashing new passwords.</summary>
internal static class PasswordHashing
{
    /// <summary>Hashes a password that somebody who is signed in has set, when no other hash runs.</summary>
    /// <exception cref="Errors.ProblemException"><see cref="Errors.Problems.ServerBusy"/> when too many wait already.</exception>
    public static async Task<string> HashInTurnAsync(this IPasswordHasher hasher, string password, ICaller caller, CancellationToken cancellationToken)
    {
        using var turn = await hasher.WaitForTurnAsync(PasswordQueue.Accounts, new HashCaller(caller.Address, caller.UserId), cancellationToken);
        return hasher.Hash(password);
    }
}
