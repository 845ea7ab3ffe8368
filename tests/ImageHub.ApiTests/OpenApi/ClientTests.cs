using System.Diagnostics;
using System.Text.RegularExpressions;
using ImageHub.Client;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.OpenApi;

/// <summary>The C# client, as other programs get it.</summary>
public sealed partial class ClientTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_change_keeps_the_fields_that_are_not_set_and_clears_the_named_ones()
    {
        var hub = new ImageHubClient(server.Admin);
        var group = await hub.GroupsCreateAsync(new CreateGroup { Title = "Pier", Description = "At dawn", ProductId = "P-1", Downloads = Downloads.High });

        var renamed = await hub.GroupsUpdateAsync(group.Id, new UpdateGroup { Title = "Jetty" });
        (renamed.Title, renamed.Description, renamed.ProductId, renamed.IsPublished, renamed.Downloads).ShouldBe(("Jetty", "At dawn", "P-1", true, Downloads.High));

        var cleared = await hub.GroupsUpdateAsync(group.Id, new UpdateGroup { IsPublished = false, ProductId = "P-2" }.Clear(nameof(UpdateGroup.Description), nameof(UpdateGroup.ProductId)));
        (cleared.Title, cleared.Description, cleared.ProductId, cleared.IsPublished).ShouldBe(("Jetty", null, "P-2", false));
    }

    [Fact]
    public void A_misspelt_property_is_not_cleared() =>
        Should.Throw<ArgumentException>(() => new UpdateGroup().Clear("description")).Message.ShouldStartWith("UpdateGroup has no property 'description'.");

    [Fact]
    public async Task Every_body_of_a_PATCH_without_required_fields_is_a_change()
    {
        var document = await server.Visitor.GetAsync("/openapi/v1.json").JsonAsync();
        var schemas = document.GetProperty("components").GetProperty("schemas");
        var bodies = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject())
            .Where(operation => operation.Name == "patch" && operation.Value.GetProperty("requestBody").GetProperty("content").TryGetProperty("application/json", out _))
            .Select(operation => operation.Value.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema").Text("$ref")!.Split('/')[^1])
            .Where(name => !schemas.GetProperty(name).TryGetProperty("required", out _))
            .ToList();

        bodies.Count.ShouldBeGreaterThan(5);
        bodies.ShouldAllBe(name => typeof(ImageHubClient).Assembly.GetType($"ImageHub.Client.{name}")!.IsAssignableTo(typeof(Change)));
    }

    /// <summary>NSwag numbers types that have no name of their own in the document; the numbers would change with the next route.</summary>
    [Fact]
    public void No_type_has_a_number_instead_of_a_name() =>
        typeof(ImageHubClient).Assembly.GetExportedTypes().Select(type => type.Name.Split('`')[0]).Where(name => Numbered().IsMatch(name)).ShouldBeEmpty();

    [Fact]
    public async Task A_refused_request_has_the_problem_and_an_upload_without_an_image_its_report()
    {
        using var client = server.NewClient();
        var anonymous = await Should.ThrowAsync<ApiException<ProblemDocument>>(() => new ImageHubClient(client).TrashStorageAsync());
        (anonymous.StatusCode, anonymous.Result.Code, anonymous.FindHeader("www-authenticate")).ShouldBe((401, "unauthorized", "Bearer"));

        var hub = new ImageHubClient(server.Admin);
        var group = await hub.GroupsCreateAsync(new CreateGroup { Title = "Nothing" });
        var nothing = await Should.ThrowAsync<ApiException<UploadReport>>(() => hub.GroupsUploadAsync(group.Id, [new FileParameter(new MemoryStream([1, 2, 3]), "a.jpg")]));
        (nothing.StatusCode, nothing.Result.Failed.Single().Code).ShouldBe((422, "unsupportedFormat"));
    }

    [Fact]
    public async Task The_program_in_the_document_uploads_a_folder_with_the_package()
    {
        var folder = TemporaryFolders.Create();
        try
        {
            var photos = Directory.CreateDirectory(Path.Combine(folder, "photos")).FullName;
            await File.WriteAllBytesAsync(Path.Combine(photos, "a.jpg"), TestImages.Jpeg(320, 240, 1));
            await File.WriteAllTextAsync(Path.Combine(photos, "b.jpg"), "no photo");
            await RunAsync(folder, "pack", Repository.PathOf("src", "ImageHub.Client"), "-c", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "--no-build", "-o", "packages", "-nr:false");
            await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), """<configuration><packageSources><clear /><add key="built" value="packages" /></packageSources></configuration>""");
            await File.WriteAllTextAsync(Path.Combine(folder, "sample.cs"), (await File.ReadAllTextAsync(Repository.PathOf("docs", "client.md"))).Split("```csharp\n")[1].Split("```")[0]);

            var output = await RunAsync(folder, "run", "sample.cs", server.Url.ToString(), photos);

            output.Trim().Split('\n').ShouldBe(["a.jpg: 320 × 240", "b.jpg: The content is not an image of an accepted format; accepted are JPEG, PNG, GIF, WebP, TIFF, AVIF and HEIC."]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<string> RunAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["IMAGEHUB_KEY"] = await server.Admin.CreateKeyAsync("upload");

        // The default folder may contain the package of an earlier build.
        start.Environment["NUGET_PACKAGES"] = Path.Combine(folder, "cache");
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0, await output + await errors);
        return await output;
    }

    [GeneratedRegex("[0-9]$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Numbered();
}
