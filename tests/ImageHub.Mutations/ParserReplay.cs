using System.Diagnostics;
using ImageHub.Application.Errors;
using ImageHub.Mutations.Targets;
using ImageHub.Testing.Database;

namespace ImageHub.Mutations;

/// <summary>Calls the parser of a finding.</summary>
internal static class ParserReplay
{
    /// <summary>Calls the parser that the file's name starts with. An undocumented exception ends the program.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string file)
    {
        var folder = TemporaryFolders.Create();
        try
        {
            using var scratch = new Scratch(Path.Combine(folder, "variant"));
            var target = AllTargets.Create(scratch).Single(target => target.Name == Path.GetFileName(file).Split('.')[0]);
            var variant = File.ReadAllBytes(file);
            scratch.Write(variant);
            var clock = Stopwatch.StartNew();
            try
            {
                target.Parse(variant);
                Console.WriteLine(FormattableString.Invariant($"accepted after {clock.Elapsed.TotalMilliseconds:0.0} ms"));
            }
            catch (ProblemException problem) when (target.Refusals.Contains(problem.Problem))
            {
                Console.WriteLine(FormattableString.Invariant($"{problem.Problem.Code} after {clock.Elapsed.TotalMilliseconds:0.0} ms: {problem.Message}"));
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
