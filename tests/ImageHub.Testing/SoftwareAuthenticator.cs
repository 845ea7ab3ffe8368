using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageHub.Testing;

/// <summary>An authenticator with one key pair, including the browser's part of a ceremony (Web Authentication, Level 3, sections 6 and 5.1).</summary>
public sealed class SoftwareAuthenticator(string domain, string origin) : IDisposable
{
    private const byte UserPresent = 0x01;
    private const byte UserVerified = 0x04;
    private const byte AttestedData = 0x40;

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] id = RandomNumberGenerator.GetBytes(32);

    private string userHandle = "";

    /// <summary>The domain that the key pair is bound to.</summary>
    public string Domain { get; set; } = domain;

    /// <summary>The origin of the page that starts the ceremony.</summary>
    public string Origin { get; set; } = origin;

    /// <summary>Whether the authenticator checks the user, by a PIN for example.</summary>
    public bool VerifiesUser { get; set; } = true;

    /// <summary>The signature counter in the next ceremony.</summary>
    public uint SignCount { get; set; } = 1;

    /// <summary>The transports that a registration names.</summary>
    public IReadOnlyList<string> Transports { get; set; } = ["internal"];

    /// <summary>Answers creation options with a new credential.</summary>
    public JsonNode Register(JsonElement options)
    {
        userHandle = options.GetProperty("user").GetProperty("id").GetString()!;
        var point = key.ExportParameters(includePrivateParameters: false).Q;

        // A COSE key of the algorithm ES256 (RFC 9053, section 2.1).
        byte[] cose = [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20, .. point.X!, 0x22, 0x58, 0x20, .. point.Y!];
        byte[] data = [.. AuthenticatorData(AttestedData), .. new byte[16], 0, (byte)id.Length, .. id, .. cose];

        // A CBOR map of "fmt", "attStmt" and "authData".
        byte[] attestation = [0xA3, 0x63, .. "fmt"u8, 0x64, .. "none"u8, 0x67, .. "attStmt"u8, 0xA0, 0x68, .. "authData"u8, 0x58, (byte)data.Length, .. data];
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(ClientData("webauthn.create", options)),
            ["attestationObject"] = Base64Url.EncodeToString(attestation),
            ["transports"] = new JsonArray([.. Transports]),
        });
    }

    /// <summary>Answers request options with a signature.</summary>
    public JsonNode Sign(JsonElement options)
    {
        var (client, data) = (ClientData("webauthn.get", options), AuthenticatorData(0));
        var signature = key.SignData([.. data, .. SHA256.HashData(client)], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return Credential(new JsonObject
        {
            ["clientDataJSON"] = Base64Url.EncodeToString(client),
            ["authenticatorData"] = Base64Url.EncodeToString(data),
            ["signature"] = Base64Url.EncodeToString(signature),
            ["userHandle"] = userHandle,
        });
    }

    public void Dispose() => key.Dispose();

    private byte[] AuthenticatorData(byte flags)
    {
        var count = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(count, SignCount);
        return [.. SHA256.HashData(Encoding.UTF8.GetBytes(Domain)), (byte)(flags | UserPresent | (VerifiesUser ? UserVerified : 0)), .. count];
    }

    private byte[] ClientData(string type, JsonElement options) => JsonSerializer.SerializeToUtf8Bytes(
        new { type, challenge = options.GetProperty("challenge").GetString(), origin = Origin, crossOrigin = false });

    private JsonObject Credential(JsonObject response) => new()
    {
        ["id"] = Base64Url.EncodeToString(id),
        ["rawId"] = Base64Url.EncodeToString(id),
        ["type"] = "public-key",
        ["clientExtensionResults"] = new JsonObject(),
        ["response"] = response,
    };
}
