using Spectre.Console;

namespace ImageHub.Api.Console;

/// <summary>A command's input and output.</summary>
/// <param name="Output">The writer for results.</param>
/// <param name="Error">The writer for errors.</param>
/// <param name="Variable">Reads an environment variable.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, Func<string, string?> Variable)
{
    /// <summary>The console for progress bars; null if the output is a file or a pipe.</summary>
    public IAnsiConsole? Live { get; init; }

    /// <summary>The console for questions; null if nobody can answer.</summary>
    public IAnsiConsole? Questions { get; init; }

    /// <summary>The process's own terminal.</summary>
    public static Terminal FromProcess() => new(System.Console.Out, System.Console.Error, Environment.GetEnvironmentVariable)
    {
        Live = System.Console.IsOutputRedirected ? null : AnsiConsole.Console,

        // Questions use the error stream, so that the output can be redirected to a file.
        Questions = System.Console.IsInputRedirected
            ? null
            : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error), Interactive = InteractionSupport.Yes }),
    };

    /// <summary>Replaces control characters, so that a file name cannot move the cursor or colour the screen.</summary>
    public static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
}
