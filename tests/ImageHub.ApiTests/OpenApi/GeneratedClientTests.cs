using System.Diagnostics;
using System.Reflection;
using ImageHub.ApiTests.OpenApi.Clients;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.OpenApi;

/// <summary>Clients that are generated from nothing but the OpenAPI document do the main job on a real server.</summary>
public sealed class GeneratedClientTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static readonly string Jobs = Metadata("ClientJobs");

    /// <summary>The web app's folder, with the tools that generate and check the TypeScript client.</summary>
    private static readonly string Web = Path.GetDirectoryName(Path.GetFullPath(Metadata("ClientDocument")))!;

    [Fact]
    public async Task The_CSharp_client_does_the_main_job() =>
        (await MainJob.RunAsync(() => server.NewClient(), ImageHubServer.AdminPassword, Photos(80))).ShouldBe(Expected("C#", "Read|Upload", "Needed"));

    [Fact]
    public async Task The_TypeScript_client_generated_by_openapi_typescript_does_the_main_job()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            Directory.CreateSymbolicLink(Path.Combine(folder, "node_modules"), Path.Combine(Web, "node_modules"));
            await File.WriteAllTextAsync(Path.Combine(folder, "package.json"), """{"type":"module"}""");
            await File.WriteAllTextAsync(Path.Combine(folder, "openapi.json"), await server.Visitor.GetStringAsync("/openapi/v1.json"));
            File.Copy(Path.Combine(Jobs, "mainJob.ts"), Path.Combine(folder, "mainJob.ts"));
            await RunAsync(folder, "node_modules/openapi-typescript/bin/cli.js", "openapi.json", "--output", "schema.d.ts");
            await RunAsync(
                folder, "node_modules/typescript/bin/tsc", "mainJob.ts", "--strict", "--noUncheckedIndexedAccess", "--target", "ES2022", "--module", "ESNext", "--moduleResolution", "bundler", "--types", "node",
                "--skipLibCheck");

            var output = await RunAsync(folder, ["mainJob.js", server.Url.GetLeftPart(UriPartial.Authority), ImageHubServer.AdminPassword, .. Photos(90).Select(Convert.ToBase64String)]);

            output.TrimEnd().Split('\n').ShouldBe(Expected("TypeScript", "read|upload", "needed"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Expected(string language, string scopes, string needed) =>
    [
        "admin signed in",
        "uploaded 0 IMG_0.jpg sea|boats, 1 IMG_1.jpg sea|boats, 2 IMG_2.jpg sea|boats",
        "listed 2 of 3",
        "followed IMG_0.jpg, IMG_1.jpg, IMG_2.jpg, then the end",
        "edited 204, 204, 204",
        "found Harbour 1, Harbour 2, Harbour 3",
        $"tags dawn in {language} 3",
        $"key {language} {scopes} without an end",
        $"announced {needed}",
        "404 notFound",
        "404 notFound",
        "restored 3",
        "404 notInTrash",
        "400 validationFailed pageSize",
    ];

    private static byte[][] Photos(int seed) => [.. Enumerable.Range(seed, 3).Select(number => TestImages.Jpeg(320, 240, number))];

    private static string Metadata(string key) => typeof(GeneratedClientTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    private static async Task<string> RunAsync(string folder, params IEnumerable<string> arguments)
    {
        using var node = Process.Start(new ProcessStartInfo("node", arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, await output + await errors);
        return await output;
    }
}
