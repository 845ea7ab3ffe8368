using Spectre.Console;

namespace ImageHub.Api.Console;

/// <summary>Where a command reads and writes.</summary>
/// <param name="Output">For results.</param>
/// <param name="Error">For what keeps the command from working.</param>
/// <param name="Variable">Reads an environment variable.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, Func<string, string?> Variable)
{
    /// <summary>Shows a bar that moves; null where the output is a file or a pipe.</summary>
    public IAnsiConsole? Live { get; init; }

    /// <summary>Asks questions; null where nobody can answer.</summary>
    public IAnsiConsole? Questions { get; init; }

    /// <summary>The process's own.</summary>
    public static Terminal FromProcess() => new(System.Console.Out, System.Console.Error, Environment.GetEnvironmentVariable)
    {
        Live = System.Console.IsOutputRedirected ? null : AnsiConsole.Console,

        // On the error stream, so that the output may be a file.
        Questions = System.Console.IsInputRedirected
            ? null
            : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error), Interactive = InteractionSupport.Yes }),
    };

    /// <summary>A text that cannot move the cursor or colour the screen: file names may hold anything.</summary>
    public static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
}
