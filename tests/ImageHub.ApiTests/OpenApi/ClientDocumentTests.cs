using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.OpenApi;

public sealed class ClientDocumentTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    /// <summary>An environment variable: with 1, the copy is written anew.</summary>
    private const string Refresh = "IMAGEHUB_REFRESH_CLIENT";

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string Copy = typeof(ClientDocumentTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "ClientDocument").Value!;

    [Fact]
    public async Task The_web_apps_client_is_made_of_the_document_that_is_served()
    {
        var served = JsonSerializer.Serialize(await server.Visitor.GetAsync("/openapi/v1.json").JsonAsync(), Pretty) + "\n";
        if (Environment.GetEnvironmentVariable(Refresh) == "1")
        {
            await File.WriteAllTextAsync(Copy, served);
        }

        var (kept, live) = (await File.ReadAllLinesAsync(Copy), served.TrimEnd('\n').Split('\n'));

        var line = kept.Zip(live).TakeWhile(pair => pair.First == pair.Second).Count();
        kept.SequenceEqual(live, StringComparer.Ordinal).ShouldBeTrue(
            $"""
            {Path.GetFullPath(Copy)} is not what /openapi/v1.json serves; they part at line {line + 1}:
            kept:   {kept.ElementAtOrDefault(line)}
            served: {live.ElementAtOrDefault(line)}
            Write it anew with
            {Refresh}=1 dotnet run --project tests/ImageHub.ApiTests -- -class '*{nameof(ClientDocumentTests)}'
            """);
    }
}
