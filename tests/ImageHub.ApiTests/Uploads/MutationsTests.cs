using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.ApiTests.Uploads;

/// <summary>Short runs of the program that damages files and texts: one tests the parsers, and one tests a server.</summary>
public sealed class MutationsTests
{
    [Fact]
    public async Task The_parsers_handle_damaged_files_and_texts_as_documented() =>
        (await RunAsync("parsers", "--variants", "3000", "--seed", "1")).ShouldMatch("^3000 variants, .* 0 findings$");

    [Fact]
    public async Task A_server_decides_damaged_files_and_stores_the_intact_files_between_them() =>
        (await RunAsync("uploads", "--variants", "30", "--seed", "1")).ShouldMatch("^30 variants, .* 0 findings$");

    /// <returns>The last line of the output.</returns>
    private static async Task<string> RunAsync(params string[] arguments)
    {
        var findings = TemporaryFolders.Create();
        // The folder of the tests may have assemblies that are compiled ahead of time. Only other ones can be instrumented.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var program = Repository.PathOf("tests", "ImageHub.Mutations", "bin", configuration, "net10.0", "ImageHub.Mutations");
        var last = await TestPrograms.RunAsync(program, [.. arguments, "--findings", findings]);
        Directory.Delete(findings, recursive: true);
        return last;
    }
}
