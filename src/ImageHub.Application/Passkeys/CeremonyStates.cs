using System.Globalization;
using ImageHub.Application.Database;
using ImageHub.Application.Secrets;

namespace ImageHub.Application.Passkeys;

/// <summary>The options of a ceremony for the browser, and the encrypted state that the browser keeps in a cookie until the ceremony ends.</summary>
/// <param name="Options">The options, as JSON.</param>
/// <param name="State">The encrypted state.</param>
public sealed record StartedCeremony(string Options, string State)
{
    /// <summary>The time within which a ceremony must finish.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
}

/// <summary>Encrypts the states of ceremonies, so that the server stores nothing for callers who are not signed in.</summary>
internal sealed class CeremonyStates(ISecrets secrets, TimeProvider clock)
{
    private const char Separator = ' ';

    /// <summary>Encrypts the state of a ceremony together with the current time.</summary>
    /// <param name="purpose">The kind of ceremony, and the account if it is known.</param>
    /// <param name="ceremony">The ceremony.</param>
    public StartedCeremony Protect(string purpose, Ceremony ceremony) =>
        new(ceremony.Options, secrets.Protect(purpose, clock.Now().UtcTicks.ToString(CultureInfo.InvariantCulture) + Separator + ceremony.State));

    /// <summary>Decrypts a state; null if it is missing, altered, of another purpose or expired.</summary>
    public (string State, DateTimeOffset IssuedAt)? Unprotect(string purpose, string? text)
    {
        if (text is null || secrets.Unprotect(purpose, text) is not { } plain)
        {
            return null;
        }

        var separator = plain.IndexOf(Separator, StringComparison.Ordinal);
        var issuedAt = new DateTimeOffset(long.Parse(plain.AsSpan(0, separator), CultureInfo.InvariantCulture), TimeSpan.Zero);
        return clock.Now() - issuedAt < StartedCeremony.Lifetime ? (plain[(separator + 1)..], issuedAt) : null;
    }
}
