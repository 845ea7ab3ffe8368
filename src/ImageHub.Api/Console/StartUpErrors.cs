using ImageHub.Infrastructure;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Console;

/// <summary>Turns what keeps the server from starting into one line.</summary>
internal static class StartUpErrors
{
    public static async Task<int> ReportAsync(Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception exception) when (Explain(exception) is { } line)
        {
            await System.Console.Error.WriteLineAsync($"ImageHub cannot start: {line}");
            return 1;
        }
    }

    /// <summary>What a person can do about it, or null for a mistake of the program.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        SettingException setting => setting.Message,
        OptionsValidationException options => string.Join(" ", options.Failures.Select(failure => Readable(failure, options.OptionsType))),
        AggregateException { InnerExceptions: [var first, ..] } => Explain(first),
        InvalidOperationException { Message: var text } when text.Contains("configuration value", StringComparison.Ordinal) => Converted(exception),
        FormatException { Message: var text } when text.StartsWith("Invalid url", StringComparison.Ordinal) => $"ASPNETCORE_URLS: {text}; an address such as http://localhost:5080 is needed.",
        InvalidOperationException or TimeoutException or IOException or UnauthorizedAccessException => exception.Message,
        _ => null,
    };

    /// <summary>"DataAnnotation validation failed for 'TrashOptions' members: 'KeepDays' with the error: 'The field …'." becomes "Trash:KeepDays: the field …".</summary>
    private static string Readable(string failure, Type options)
    {
        const string members = "members: '";
        const string error = "with the error: '";
        var from = failure.IndexOf(members, StringComparison.Ordinal);
        var with = failure.IndexOf(error, StringComparison.Ordinal);
        if (from < 0 || with < 0)
        {
            return failure;
        }

        var member = failure[(from + members.Length)..failure.IndexOf('\'', from + members.Length)];
        var text = failure[(with + error.Length)..].TrimEnd('.', '\'');
        var section = options.GetField("Section")?.GetRawConstantValue() as string ?? options.Name;
        return text.StartsWith(section, StringComparison.Ordinal) ? $"{text}." : $"{section}:{member}: {text}.";
    }

    /// <summary>The binder names the key and the type; the type's name is of no use to whoever sets it.</summary>
    private static string Converted(Exception exception)
    {
        var key = exception.Message.Split('\'') is [_, var value, _, var path, ..] ? $"{path}: '{value}'" : exception.Message;
        return $"{key} is not of the right kind: {exception.InnerException?.Message ?? "see README, Settings"}";
    }
}
