using ImageHub.Client;
using Spectre.Console;

namespace ImageHub.Api.Console.Adding;

/// <summary>The credentials for a server: a session or an API key.</summary>
/// <param name="SignIn">Starts a session, initially and whenever the previous one has ended; null with a key.</param>
/// <param name="Key">The API key; null with a session.</param>
internal sealed record Credentials(SignIn.Method? SignIn, string? Key);

/// <summary>The tokens of a session.</summary>
/// <param name="AccessToken">The token that requests carry.</param>
/// <param name="RefreshToken">The token that can be exchanged once for new tokens.</param>
internal sealed record SessionTokens(string AccessToken, string RefreshToken);

/// <summary>Signs in to a server that does not run in this process.</summary>
internal static class SignIn
{
    /// <summary>The environment variable that holds the password, for scripts.</summary>
    public const string PasswordVariable = "IMAGEHUB_PASSWORD";

    /// <summary>The environment variable that holds an API key.</summary>
    public const string KeyVariable = "IMAGEHUB_KEY";

    /// <summary>A method of starting a session.</summary>
    public delegate Task<SessionTokens> Method(ServerClient server, CancellationToken cancellationToken);

    /// <summary>The server's address with a trailing slash, so that routes can be resolved against it.</summary>
    /// <exception cref="CannotAddException">The address is not valid.</exception>
    public static Uri Address(string url) =>
        Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
            ? address
            : throw new CannotAddException($"--server is '{url}'; an address such as http://localhost:5080 is needed.");

    /// <summary>The password from the environment or from the person at the terminal.</summary>
    /// <exception cref="CannotAddException">Neither provides a password.</exception>
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

    /// <summary>Signs in with user name and password.</summary>
    /// <exception cref="CannotAddException">The server refuses the password, or did not respond.</exception>
    /// <exception cref="ApiException">The server is busy.</exception>
    public static async Task<SessionTokens> LoginAsync(ServerClient server, string userName, string password, CancellationToken cancellationToken)
    {
        try
        {
            var pair = await server.SendAnonymouslyAsync(client => client.AuthLoginAsync(new Login { UserName = userName, Password = password }, cancellationToken));
            return new SessionTokens(pair.AccessToken, pair.RefreshToken);
        }
        catch (ApiException refused) when (!ServerClient.IsTransient(refused))
        {
            throw new CannotAddException(refused.Problem() is null
                ? $"There is no ImageHub server at {server.Address}: {refused.Reason()}."
                : $"{userName} cannot sign in at {server.Address}: {refused.Reason()}");
        }
    }
}
