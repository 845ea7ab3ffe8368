using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ImageHub.Testing;

/// <summary>Collects a server's log lines of level warning and above; add it to the logging providers.</summary>
public sealed class LoggedLines : ILoggerProvider
{
    private readonly ConcurrentQueue<LoggedLine> lines = new();

    /// <summary>Returns the texts of the lines that contain a text.</summary>
    public IReadOnlyList<string> With(string text) => [.. Find(text).Select(line => line.Text)];

    /// <summary>Returns the lines that contain a text.</summary>
    public IReadOnlyList<LoggedLine> Find(string text) => [.. lines.Where(line => line.Text.Contains(text, StringComparison.Ordinal))];

    public ILogger CreateLogger(string categoryName) => new Category(this);

    public void Dispose()
    {
    }

    private sealed class Category(LoggedLines log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.lines.Enqueue(new LoggedLine(logLevel, formatter(state, exception), exception));
            }
        }
    }
}

/// <summary>A line of a server's log. The log has the stack trace of its exception.</summary>
public sealed record LoggedLine(LogLevel Level, string Text, Exception? Exception);
