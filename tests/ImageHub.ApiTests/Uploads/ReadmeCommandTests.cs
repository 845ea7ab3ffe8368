using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Uploads;

/// <summary>The README's command that uploads a folder, run with another folder and without its last step, jq.</summary>
public sealed class ReadmeCommandTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_folder_of_files_with_quotes_and_spaces_in_their_names_is_uploaded()
    {
        string[] names = ["it's \"here\".jpg", "two words.jpg", "a,b;c.jpg", "back\\slash.jpg", "plain.jpg"];
        var folder = TemporaryFolders.Create();
        try
        {
            for (var seed = 0; seed < names.Length; seed++)
            {
                await File.WriteAllBytesAsync(Path.Combine(folder, names[seed]), TestImages.Jpeg(seed: seed), TestContext.Current.CancellationToken);
            }

            var group = await server.Admin.CreateGroupAsync();
            var line = File.ReadLines(Readme).Single(text => text.StartsWith("find ", StringComparison.Ordinal));
            var upload = line[..line.IndexOf(" | jq", StringComparison.Ordinal)].Replace("~/Pictures/harbour", folder, StringComparison.Ordinal);

            var report = JsonSerializer.Deserialize<JsonElement>(await RunAsync(upload, group));

            report.Items("failed").ShouldBeEmpty();
            report.Items("uploaded").Count.ShouldBe(names.Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Readme => typeof(ReadmeCommandTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Readme").Value!;

    private async Task<string> RunAsync(string command, Guid group)
    {
        var start = new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["hub"] = new Uri(server.Url, "/api/v1").ToString();
        start.Environment["group"] = group.ToString();
        start.Environment["auth"] = server.Admin.DefaultRequestHeaders.GetValues("Authorization").Select(value => $"Authorization: {value}").Single();
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output;
    }
}
