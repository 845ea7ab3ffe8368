using System.Net;
using ImageHub.Application.Accounts;
using Spectre.Console;

namespace ImageHub.Api.Console.Adding;

/// <summary>What a server is asked with: a session or an API key.</summary>
/// <param name="SignIn">Begins a session, at the start and whenever the last one is over; null with a key.</param>
/// <param name="Key">The key; null with a session.</param>
internal sealed record Credentials(SignIn.Method? SignIn, string? Key);

/// <summary>How the command signs in to a server that runs elsewhere.</summary>
internal static class SignIn
{
    /// <summary>The environment variable that holds the password, for scripts.</summary>
    public const string PasswordVariable = "IMAGEHUB_PASSWORD";

    /// <summary>The environment variable that holds an API key.</summary>
    public const string KeyVariable = "IMAGEHUB_KEY";

    /// <summary>A way to begin a session.</summary>
    public delegate Task<TokenPair> Method(ServerClient server, CancellationToken cancellationToken);

    /// <summary>The server's address, with a slash at its end so that routes can be resolved against it.</summary>
    /// <exception cref="CannotAddException">It is none.</exception>
    public static Uri Address(string url) =>
        Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw new CannotAddException($"--server is '{url}'; an address such as http://localhost:5080 is needed.");

    /// <summary>The password, from the environment or whoever sits at the terminal.</summary>
    /// <exception cref="CannotAddException">Neither has one.</exception>
    public static async Task<string> PasswordAsync(string userName, Uri address, Terminal terminal, CancellationToken cancellationToken)
    {
        if (terminal.Variable(PasswordVariable) is { Length: > 0 } password)
        {
            return password;
        }

        var prompt = new TextPrompt<string>(Markup.Escape($"Password of {Terminal.Printable(userName)} at {address}:")).Secret(null);
        return terminal.Questions is { } console
            ? await prompt.ShowAsync(console, cancellationToken)
            : throw new CannotAddException($"There is no password: set {PasswordVariable}, or run this at a terminal.");
    }

    /// <summary>Signs in with name and password.</summary>
    /// <exception cref="CannotAddException">It cannot.</exception>
    public static async Task<TokenPair> LoginAsync(ServerClient server, string userName, string password, CancellationToken cancellationToken)
    {
        var answer = await server.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, "api/v1/auth/login") { Content = JsonContent.Create(new { userName, password }) }, null, cancellationToken);
        if (answer.Status == HttpStatusCode.OK && answer.As<TokenPair>() is { AccessToken.Length: > 0 } pair)
        {
            return pair;
        }

        // Without a code it is somebody else's answer.
        throw new CannotAddException(answer.Code is null
            ? $"At {server.Address} no ImageHub answers: {answer.Reason}."
            : $"{userName} cannot sign in at {server.Address}: {answer.Reason}");
    }
}
