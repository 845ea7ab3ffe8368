using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Application.Accounts;
using ImageHub.Domain.Links;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Links;

/// <summary>A guest's state for one link: the counted view and the entered password.</summary>
/// <param name="LinkId">The link.</param>
/// <param name="EndsAt">
/// The expiry: at most an hour after the ticket was first issued, and not after the link's expiry at that time. An empty ticket has an expiry in the past.
/// </param>
/// <param name="IsCounted">Whether a view was counted for this guest.</param>
/// <param name="IsUnlocked">Whether the guest entered the link's current password.</param>
internal sealed record ShareTicket(Guid LinkId, DateTimeOffset EndsAt, bool IsCounted, bool IsUnlocked);

/// <summary>A ticket in a cookie.</summary>
/// <param name="Value">The signed value; useless without the link's token.</param>
/// <param name="Lifetime">The cookie's lifetime.</param>
public sealed record ShareCookie(string Value, TimeSpan Lifetime);

/// <summary>Signs tickets with a key derived from the key of access tokens (RFC 5869), so that all instances accept them.</summary>
internal sealed class ShareTickets(IOptions<JwtOptions> options, TimeProvider clock)
{
    /// <summary>The length of the password stamp, in bytes. The stamp changes with the password.</summary>
    private const int StampLength = 8;

    private const int ContentLength = 16 + sizeof(long) + StampLength + 1;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, options.Value.KeyBytes(), 32, info: "imagehub share ticket"u8.ToArray());

    /// <summary>Issues a ticket for a link. A valid ticket keeps its expiry when it is reissued, so that further visits do not extend it.</summary>
    public ShareCookie Issue(ShareTicket ticket, Link link)
    {
        var (now, linkEndsAt) = (clock.GetUtcNow(), link.ExpiresAt);
        var endsAt = ticket.EndsAt > now ? ticket.EndsAt : linkEndsAt < now + Longest ? linkEndsAt.Value : now + Longest;
        var content = new byte[ContentLength];
        ticket.LinkId.TryWriteBytes(content);
        BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(16), endsAt.UtcTicks);
        Stamp(link).CopyTo(content, 24);
        content[^1] = (byte)((ticket.IsCounted ? 1 : 0) | (ticket.IsUnlocked ? 2 : 0));
        return new ShareCookie(Base64Url.EncodeToString([.. content, .. HMACSHA256.HashData(key, content)]), endsAt - now);
    }

    /// <summary>Reads a ticket. Returns an empty ticket if the cookie is forged, has expired or belongs to another link.</summary>
    public ShareTicket Read(string? cookie, Link link)
    {
        var nothing = new ShareTicket(link.Id, default, false, false);
        if (cookie is not { Length: > 0 and < 200 } || !TryDecode(cookie, out var bytes) || bytes.Length != ContentLength + HMACSHA256.HashSizeInBytes)
        {
            return nothing;
        }

        // The signature is verified before parsing, because forged content may contain an invalid time.
        var content = bytes.AsSpan(0, ContentLength);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, content), bytes.AsSpan(ContentLength)))
        {
            return nothing;
        }

        var ticket = new ShareTicket(
            new Guid(content[..16]), new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(content[16..]), TimeSpan.Zero), (content[^1] & 1) != 0, (content[^1] & 2) != 0 && content[24..(24 + StampLength)].SequenceEqual(Stamp(link)));
        return ticket.LinkId == link.Id && ticket.EndsAt > clock.GetUtcNow() ? ticket : nothing;
    }

    /// <summary>Computes the password stamp. Every password hash has a new salt, so every new password has a new stamp.</summary>
    private static byte[] Stamp(Link link) => link.PasswordHash is null ? new byte[StampLength] : SHA256.HashData(Encoding.UTF8.GetBytes(link.PasswordHash))[..StampLength];

    private static bool TryDecode(string text, out byte[] bytes)
    {
        try
        {
            bytes = Base64Url.DecodeFromChars(text);
            return true;
        }
        catch (FormatException)
        {
            bytes = [];
            return false;
        }
    }
}
