using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ImageHub.Testing;

/// <summary>Creates access tokens: valid ones, and tokens with a single error.</summary>
public static class TestTokens
{
    /// <summary>Creates a token. By default it is signed with the server's key, and its session does not exist.</summary>
    public static string Create(
        string algorithm = "HS256",
        string type = "at+jwt",
        string issuer = "imagehub",
        string audience = "imagehub",
        DateTimeOffset? expires = null,
        Guid? userId = null,
        Guid? sessionId = null,
        bool hasExpiry = true)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = type };
        var payload = new JsonObject
        {
            ["iss"] = issuer,
            ["aud"] = audience,
            ["sub"] = (userId ?? Guid.CreateVersion7()).ToString(),
            ["sid"] = (sessionId ?? Guid.CreateVersion7()).ToString(),
        };
        if (hasExpiry)
        {
            payload["exp"] = (expires ?? DateTimeOffset.UtcNow.AddMinutes(5)).ToUnixTimeSeconds();
        }

        var signed = $"{Encode(header)}.{Encode(payload)}";
        var key = Convert.FromBase64String(ImageHubServer.SigningKey);
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = algorithm switch
        {
            "HS256" => HMACSHA256.HashData(key, bytes),
            "HS384" => HMACSHA384.HashData(key, bytes),
            "HS512" => HMACSHA512.HashData(key, bytes),
            _ => [],
        };
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Reads the claims of a token.</summary>
    public static JsonElement Claims(string token) => JsonSerializer.Deserialize<JsonElement>(Base64Url.DecodeFromChars(token.Split('.')[1]));

    /// <summary>Creates an access token for a new session of the admin.</summary>
    public static async Task<string?> ForAsync(ImageHubServer server)
    {
        var body = new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword };
        return (await server.Visitor.PostAsJsonAsync("/api/v1/auth/login", body).JsonAsync()).Text("accessToken");
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
