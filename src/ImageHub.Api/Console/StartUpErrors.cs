using System.Net.Sockets;
using ImageHub.Application.Backups;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Console;

/// <summary>Turns errors that prevent the server from starting into one line.</summary>
internal static class StartUpErrors
{
    public static async Task<int> ReportAsync(Func<Task> run)
    {
        try
        {
            await run();

            // Failures after startup set the exit code.
            return Environment.ExitCode;
        }
        catch (Exception exception) when (Explain(exception) is { } line)
        {
            await System.Console.Error.WriteLineAsync($"ImageHub cannot start: {line}");
            return 1;
        }
    }

    /// <summary>The error and its remedy in one line, or null for an unexpected exception.</summary>
    public static string? Explain(Exception exception) => exception switch
    {
        SettingException setting => setting.Message,
        OptionsValidationException options => string.Join(" ", options.Failures.Select(failure => Readable(failure, options.OptionsType))),
        AggregateException { InnerExceptions: [var first, ..] } => Explain(first),
        InvalidOperationException { Message: var text } when text.Contains("configuration value", StringComparison.Ordinal) => Converted(exception),
        FormatException { Message: var text } when text.StartsWith("Invalid url", StringComparison.Ordinal) => $"ASPNETCORE_URLS: {text}; an address such as http://localhost:5080 is needed.",
        SocketException socket => $"ASPNETCORE_URLS: the server cannot listen at one of these addresses: {socket.Message}.",
        BackupException or InvalidOperationException or TimeoutException or IOException or UnauthorizedAccessException => exception.Message,
        _ => null,
    };

    /// <summary>
    /// Turns "DataAnnotation validation failed for 'TrashOptions' members: 'KeepDays' with the error: 'The field …'." into "Trash:KeepDays: the
    /// field …".
    /// </summary>
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

    /// <summary>
    /// Turns "Failed to convert configuration value 'S4' at 'Storage:Provider' to type '…StorageProvider'." into a text with the allowed
    /// values.
    /// </summary>
    private static string Converted(Exception exception) => exception.Message.Split('\'') is [_, var value, _, var key, _, var type, ..]
        ? $"{key}: it is '{value}'; it must be {Allowed(type)}."
        : exception.Message;

    private static string Allowed(string typeName) => typeof(StorageOptions).Assembly.GetType(typeName) is { IsEnum: true } type
        ? string.Join(" or ", Enum.GetNames(type))
        : typeName switch
        {
            "System.Int32" or "System.Int64" => "a whole number",
            "System.Boolean" => "true or false",
            _ => "a value of another kind; docs/configuration.md lists the settings",
        };
}
