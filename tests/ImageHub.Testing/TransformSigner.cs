using System.Buffers.Text;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;

namespace ImageHub.Testing;

/// <summary>A key that signs addresses of transforms, as a website does.</summary>
public sealed record TransformSigner(Guid Id, string Key)
{
    /// <summary>Creates a key.</summary>
    public static async Task<TransformSigner> CreateAsync(HttpClient admin, string name = "Website")
    {
        var made = await admin.PostAsJsonAsync("/api/v1/transform-keys", new { name }).JsonAsync(HttpStatusCode.Created);
        return new TransformSigner(made.Id(), made.Text("key")!);
    }

    /// <summary>The signed address of an image.</summary>
    public string Sign(string options, Guid image, string extension = "jpeg") => SignFile(options, $"{image}.{extension}");

    /// <summary>A signed address with any last segment, also one that is not an image's id.</summary>
    public string SignFile(string options, string file)
    {
        var text = $"/{options}/{file}";
        return $"/t/{Id}/{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Key), Encoding.UTF8.GetBytes(text)))}{text}";
    }
}
