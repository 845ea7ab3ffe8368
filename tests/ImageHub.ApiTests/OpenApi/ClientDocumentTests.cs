using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.OpenApi;

public sealed class ClientDocumentTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    /// <summary>The environment variable that, set to 1, rewrites the copy.</summary>
    private const string Refresh = "IMAGEHUB_REFRESH_CLIENT";

    /// <summary>The depth down to which every member gets its own line, so that the copy has a line for each operation and each schema.</summary>
    private const int ExpandedLevels = 3;

    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Copy = typeof(ClientDocumentTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "ClientDocument").Value!;

    [Fact]
    public async Task The_web_apps_client_is_generated_from_the_served_document()
    {
        string[] served = [.. Lines(await server.Visitor.GetAsync("/openapi/v1.json").JsonAsync())];
        if (Environment.GetEnvironmentVariable(Refresh) == "1")
        {
            await File.WriteAllTextAsync(Copy, string.Join('\n', served) + "\n");
        }

        var kept = await File.ReadAllLinesAsync(Copy);

        var line = kept.Zip(served).TakeWhile(pair => pair.First == pair.Second).Count();
        kept.SequenceEqual(served, StringComparer.Ordinal).ShouldBeTrue(
            $"""
            {Path.GetFullPath(Copy)} differs from /openapi/v1.json, first in line {line + 1}:
            kept:   {kept.ElementAtOrDefault(line)}
            served: {served.ElementAtOrDefault(line)}
            Write it anew with
            {Refresh}=1 dotnet run --project tests/ImageHub.ApiTests -- -class '*{nameof(ClientDocumentTests)}'
            """);
    }
    private static IEnumerable<string> Lines(JsonElement value, int level = 0, string before = "", string after = "")
    {
        if (level == ExpandedLevels || value.ValueKind != JsonValueKind.Object)
        {
            return [before + JsonSerializer.Serialize(value, Compact) + after];
        }

        var members = value.EnumerateObject().ToList();
        return
        [
            before + "{",
            .. members.SelectMany((member, index) =>
                Lines(member.Value, level + 1, JsonSerializer.Serialize(member.Name, Compact) + ":", index < members.Count - 1 ? "," : "")),
            "}" + after,
        ];
    }
}
