using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Application.Accounts;
using ImageHub.Domain.Links;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Links;

/// <summary>What a guest has shown for one link: that their view is counted, that they know its password.</summary>
/// <param name="LinkId">The link that it is for.</param>
/// <param name="EndsAt">An hour after the first at most, and never beyond the link; in the past: nothing has been shown.</param>
/// <param name="IsCounted">One of the link's views is this guest's.</param>
/// <param name="IsUnlocked">The password was right, and is still the link's.</param>
internal sealed record ShareTicket(Guid LinkId, DateTimeOffset EndsAt, bool IsCounted, bool IsUnlocked);

/// <summary>A ticket as a cookie.</summary>
/// <param name="Value">Signed; it opens nothing without the link's token.</param>
/// <param name="Lifetime">How long it is good for.</param>
public sealed record ShareCookie(string Value, TimeSpan Lifetime);

/// <summary>Signs tickets with a key that is derived from the one of access tokens (RFC 5869), so that every instance reads them.</summary>
internal sealed class ShareTickets(IOptions<JwtOptions> options, TimeProvider clock)
{
    /// <summary>The length of the password stamp, in bytes. The stamp changes with the password.</summary>
    private const int StampLength = 8;

    private const int ContentLength = 16 + sizeof(long) + StampLength + 1;

    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, options.Value.KeyBytes(), 32, info: "imagehub share ticket"u8.ToArray());

    /// <summary>A ticket for a link. One that is good already keeps its end, whatever is added to it: nobody stays for longer by coming again.</summary>
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

    /// <summary>What a cookie says of a link: nothing where it is another's, forged or over.</summary>
    public ShareTicket Read(string? cookie, Link link)
    {
        var nothing = new ShareTicket(link.Id, default, false, false);
        if (cookie is not { Length: > 0 and < 200 } || !TryDecode(cookie, out var bytes) || bytes.Length != ContentLength + HMACSHA256.HashSizeInBytes)
        {
            return nothing;
        }

        // Before anything is made of it: what others have written need be no time at all.
        var content = bytes.AsSpan(0, ContentLength);
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(key, content), bytes.AsSpan(ContentLength)))
        {
            return nothing;
        }

        var ticket = new ShareTicket(
            new Guid(content[..16]), new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(content[16..]), TimeSpan.Zero), (content[^1] & 1) != 0, (content[^1] & 2) != 0 && content[24..(24 + StampLength)].SequenceEqual(Stamp(link)));
        return ticket.LinkId == link.Id && ticket.EndsAt > clock.GetUtcNow() ? ticket : nothing;
    }

    /// <summary>A new password gives another one, since each hash has its own salt.</summary>
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
