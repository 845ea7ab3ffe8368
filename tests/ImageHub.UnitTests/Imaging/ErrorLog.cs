using Microsoft.Extensions.Logging;

namespace ImageHub.UnitTests.Imaging;

/// <summary>A logger that collects the exceptions of errors.</summary>
internal sealed class ErrorLog<T> : ILogger<T>
{
    public List<Exception?> Causes { get; } = [];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            Causes.Add(exception);
        }
    }
}
