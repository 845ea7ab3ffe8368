using System.Text.RegularExpressions;
using ImageHub.Testing;

namespace ImageHub.ApiTests.WebDav;

/// <summary>litmus (http://www.webdav.org/neon/litmus/), a test suite for WebDAV servers. Its files are texts or empty.</summary>
public sealed class LitmusTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Theory]
    [InlineData("basic", 16)]
    [InlineData("copymove", 13)]
    [InlineData("props", 30)]
    [InlineData("locks", 41)]
    public async Task Every_litmus_test_passes(string suite, int tests)
    {
        var key = await server.Admin.CreateKeyAsync("admin");
        var folder = Directory.CreateTempSubdirectory("litmus").FullName;
        await server.Admin.CreateGroupAsync(suite);
        try
        {
            var output = await DavPrograms.RunAsync(
                "litmus", folder, new Dictionary<string, string>(StringComparer.Ordinal) { ["TESTS"] = suite }, new Uri(server.Url, $"/dav/{suite}/").AbsoluteUri, ImageHubServer.AdminName, key);

            Regex.IsMatch(output, $"of {tests} tests run: {tests} passed, 0 failed", RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue(output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
