using System.Diagnostics;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Transforms;

/// <summary>The programs in <c>docs/transforms.md</c>, run verbatim.</summary>
public sealed class TransformSampleTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Theory]
    [InlineData("js", "sample.mjs", "node")]
    [InlineData("csharp", "sample.cs", "dotnet", "run")]
    public Task A_program_of_the_document_signs_an_address(string language, string fileName, params string[] command) => SignAsync(language, fileName, command);

    /// <summary>Skipped on machines without the program. The reason names the missing program.</summary>
    [Theory]
    [InlineData("python", "sample.py", "python3")]
    [InlineData("php", "sample.php", "php")]
    public Task A_program_of_the_document_signs_an_address_where_its_language_is_installed(string language, string fileName, string program)
    {
        Assert.SkipUnless(IsInstalled(program), $"{program} is not installed; the sample in {language} was not run.");
        return SignAsync(language, fileName, program);
    }

    private async Task SignAsync(string language, string fileName, params string[] command)
    {
        var signer = await TransformSigner.CreateAsync(server.Admin);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "one.jpg", TestImages.Jpeg(1600, 900));
        var folder = TemporaryFolders.Create();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, fileName), ReadSample(language), TestContext.Current.CancellationToken);
            var start = new ProcessStartInfo(command[0], [.. command[1..], fileName, image.ToString()]) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false };
            start.Environment["IMAGEHUB_KEY_ID"] = signer.Id.ToString();
            start.Environment["IMAGEHUB_KEY"] = signer.Key;
            using var process = Process.Start(start)!;
            var address = (await process.StandardOutput.ReadToEndAsync()).Trim();
            await process.WaitForExitAsync();

            address.ShouldStartWith("https://photos.example/t/");
            using var answer = await server.Visitor.GetAsync(new Uri(address).PathAndQuery);
            answer.EnsureSuccessStatusCode();
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("image/webp");
            var picture = TestPicture.Read(await answer.Content.ReadAsByteArrayAsync());
            (picture.Width, picture.Height).ShouldBe((800, 600));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string ReadSample(string language)
    {
        var parts = File.ReadAllText(Repository.PathOf("docs", "transforms.md")).Split($"```{language}\n");
        parts.Length.ShouldBe(2);
        return parts[1].Split("```")[0];
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
