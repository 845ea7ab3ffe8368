using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using ImageHub.Testing.OneDrive;
using ImageHub.Testing.RateLimits;
using ImageHub.Testing.Webhooks;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ImageHub.Testing;

/// <summary>
/// Searches every line that servers log in a test run, at production levels, for the secrets of the tests. Used as the assembly fixture of a test
/// project; a line with a secret fails the run.
/// </summary>
public sealed class LoggedSecrets : IAsyncLifetime
{
    private static readonly string[] Fields = ["accessToken", "refreshToken", "key"];
    private static readonly string[] Links = ["/s/", "/shared/"];
    private static readonly ConcurrentDictionary<string, byte> Secrets = new(
        new[] { ImageHubServer.AdminPassword, ImageHubServer.UserPassword, ImageHubServer.LinkPassword, ImageHubServer.SigningKey, RedisServer.Password, StandInSignIn.ClientSecret, StandInReceiver.Secret }
            .Select(secret => KeyValuePair.Create(secret, (byte)0)),
        StringComparer.Ordinal);

    // The lines are searched at the end, because a server may log a secret before the test has received it.
    private static readonly ConcurrentQueue<string> Lines = [];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        var secrets = SearchValues.Create([.. Secrets.Keys], StringComparison.Ordinal);
        var leaks = Lines.Where(line => line.AsSpan().ContainsAny(secrets)).ToArray();
        if (leaks.Length > 0)
        {
            throw new InvalidOperationException($"Of {Lines.Count} lines of the log {leaks.Length} hold a secret:\n{string.Join('\n', leaks.Take(20))}");
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Registers the tokens, keys and links in an answer as secrets.</summary>
    internal static void AddFrom(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        foreach (var field in answer.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.String))
        {
            var text = field.Value.GetString()!;
            if (Fields.Contains(field.Name, StringComparer.Ordinal))
            {
                Secrets.TryAdd(text, 0);
            }
            else if (field.Name == "url" && Array.Find(Links, link => text.Contains(link, StringComparison.Ordinal)) is { } link)
            {
                Secrets.TryAdd(text[(text.IndexOf(link, StringComparison.Ordinal) + link.Length)..].Split('/', '?')[0], 0);
            }
        }
    }

    /// <summary>Returns the lines that were logged for a request, with the stack traces of their exceptions.</summary>
    internal static IEnumerable<string> LinesOf(string requestId) => Lines.Where(line => line.Contains(requestId, StringComparison.Ordinal));

    /// <summary>Creates a logger provider that collects a server's log.</summary>
    internal static ILoggerProvider NewReader() => new Reader();

    /// <summary>Adds a logged text to search when the run ends.</summary>
    internal static void Look(string text) => Lines.Enqueue(text);

    private sealed class Reader : ILoggerProvider, ISupportExternalScope
    {
        private IExternalScopeProvider? scopes;

        public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

        public void Dispose()
        {
        }

        private sealed class Category(Reader reader, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            {
                List<string> parts = [category, formatter(state, exception), exception?.ToString() ?? ""];
                reader.scopes?.ForEachScope(static (scope, all) => all.Add(scope?.ToString() ?? ""), parts);
                Look(string.Join(" | ", parts));
            }
        }
    }
}
