using System.Diagnostics;
using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.StartUp;

/// <summary>The output of <c>dotnet publish</c>, run outside the sources, first without Node.js and then with it.</summary>
public sealed class PublishedFolderTests
{
    /// <summary>The shell and the tools of util-linux and coreutils that the program runs to give PostgreSQL a separate account and session.</summary>
    private static readonly string[] Tools = ["setsid", "setpriv", "sh", "test", "true"];

    [Fact]
    public async Task The_published_folder_does_the_main_job_in_an_empty_directory_without_Node()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var folder = TemporaryFolders.Create();
        try
        {
            // Publish the existing build instead of building again. A release build has the same files in the same places.
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            string[] options = ["-c", configuration, "--no-build", "-o", Path.Combine(folder, "app"), "--nologo", "-v", "quiet", "-m:1", "-nr:false"];
            using (var publish = Process.Start("dotnet", ["publish", Repository.PathOf("src", "ImageHub.Api", "ImageHub.Api.csproj"), .. options]))
            {
                await publish.WaitForExitAsync();
                publish.ExitCode.ShouldBe(0);
            }

            var tools = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
            foreach (var tool in Tools)
            {
                File.CreateSymbolicLink(Path.Combine(tools, tool), Path.Combine("/usr/bin", tool));
            }

            await using var hub = new ImageHubProcess { Folder = Path.Combine(folder, "app"), OnlyPath = tools, IsFirstStart = true };
            using var admin = await hub.StartAndSignInAsync();
            using var visitor = new HttpClient { BaseAddress = admin.BaseAddress };
            var photo = TestImages.Jpeg();
            var group = await admin.CreateGroupAsync();
            var image = await admin.AddImageAsync(group, "harbour.jpg", photo);

            (await visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(photo);
            foreach (var size in (string[])["low", "medium", "high"])
            {
                await visitor.GetAsync($"/api/v1/images/{image}/{size}").StatusAsync(HttpStatusCode.OK);
            }

            var page = await visitor.GetStringAsync("/");
            var script = page.Split("src=\"").Select(text => text.Split('"')[0]).First(text => text.StartsWith("/assets/", StringComparison.Ordinal));
            await visitor.GetAsync(script).StatusAsync(HttpStatusCode.OK);

            // HEIC files need Node.js, unless the system's libvips decodes them.
            var heic = new HeicFixture().ToFile();
            if (hub.Output.Contains("no HEIC", StringComparison.Ordinal))
            {
                var problem = await admin.PutImageAsync(group, "a.heic", heic).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupportedFormat");
                problem.Text("detail")!.ShouldContain("Install Node.js");
            }

            await hub.StopAsync();
            File.CreateSymbolicLink(Path.Combine(tools, "node"), FindInPath("node"));
            using var again = await hub.StartAndSignInAsync();
            await again.AddImageAsync(group, "a.heic", heic);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string FindInPath(string program) => Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists);
}
