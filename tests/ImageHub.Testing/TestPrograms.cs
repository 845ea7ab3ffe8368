using System.Diagnostics;
using Shouldly;

namespace ImageHub.Testing;

/// <summary>
/// The check programs beside the tests, such as ImageHub.Faults. Each program starts its own server. Programs can run for hours; tests make short runs.
/// </summary>
public static class TestPrograms
{
    /// <summary>Runs a program and asserts that its exit code is 0.</summary>
    /// <param name="name">The name of its assembly in the folder of the tests, or its path without extension.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The last line of its output.</returns>
    public static async Task<string> RunAsync(string name, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, $"{name}.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var program = Process.Start(start)!;
        var output = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();
        program.ExitCode.ShouldBe(0, output);
        return output.TrimEnd().Split('\n')[^1];
    }
}
