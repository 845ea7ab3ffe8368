using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ImageHub.Application.Webhooks;

/// <summary>Signs messages, so that a receiver can verify that the sender has the secret and can detect a replayed message by its time.</summary>
internal static class WebhookSignature
{
    /// <summary>
    /// Returns the value of the header <c>X-ImageHub-Signature</c>, <c>t=1767225600,v1=…</c>: the hexadecimal HMAC-SHA256 of the time, a dot and the body in
    /// UTF-8.
    /// </summary>
    public static string Sign(string secret, DateTimeOffset now, string body)
    {
        var time = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(hash)}";
    }
}
