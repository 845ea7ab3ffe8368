using System.Globalization;
using System.Net;

namespace ImageHub.Api.Console;

/// <summary>
/// The command <c>health</c>: asks a running server whether it is ready, for container engines and others that run a command to
/// learn it. It builds nothing of the application, since it runs every few seconds.
/// </summary>
/// <param name="terminal">Where the answer is shown.</param>
/// <param name="settings">Settings of the server, as command-line configuration.</param>
internal sealed class HealthCommand(Terminal terminal, string[] settings)
{
    private const string Path = "/health/ready";

    /// <summary>As much of the answer as is shown, in characters; the server's own is shorter.</summary>
    private const int ShownCharacters = 500;

    // The server answers within 3 s, whatever its parts do.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs it.</summary>
    /// <param name="url">The server's address; null: the one that the settings say.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <returns><see cref="ExitCode.Fine"/> where the server answers with 200, otherwise <see cref="ExitCode.NotReady"/>.</returns>
    public async Task<int> RunAsync(Uri? url, CancellationToken stop)
    {
        Uri address;
        try
        {
            address = new Uri(url ?? AddressIn(ReadUrls()), Path);
        }
        catch (FormatException exception)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(StartUpErrors.Explain(exception) ?? exception.Message));
            return ExitCode.CannotStart;
        }

        try
        {
            using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
            using var client = new HttpClient(handler) { Timeout = Timeout, MaxResponseContentBufferSize = 64 * 1024 };
            using var answer = await client.GetAsync(address, stop);
            var body = Terminal.Printable(await answer.Content.ReadAsStringAsync(stop));
            var isReady = answer.StatusCode == HttpStatusCode.OK;
            await (isReady ? terminal.Output : terminal.Error).WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{address} answers {(int)answer.StatusCode} {body[..Math.Min(body.Length, ShownCharacters)]}"));
            return isReady ? ExitCode.Fine : ExitCode.NotReady;
        }
        catch (HttpRequestException exception)
        {
            await terminal.Error.WriteLineAsync($"{address} does not answer: {Terminal.Printable(exception.Message)}");
            return ExitCode.NotReady;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{address} does not answer within {Timeout.TotalSeconds} s."));
            return ExitCode.NotReady;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    /// <summary>The address under which this machine reaches a server that listens on <paramref name="urls"/>: the first by http, else the first.</summary>
    /// <param name="urls">Addresses as in <c>ASPNETCORE_URLS</c>, with semicolons between.</param>
    /// <exception cref="FormatException">There is none that a client can ask.</exception>
    internal static Uri AddressIn(string urls)
    {
        var found = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(BindingAddress.Parse)
            .Where(address => !address.IsUnixPipe && !address.IsNamedPipe && address.Port > 0)
            .OrderBy(address => address.Scheme == Uri.UriSchemeHttp ? 0 : 1)
            .FirstOrDefault() ?? throw new FormatException($"'{urls}' has no address by http or https with a port; name one with --url.");

        // Kestrel listens on every address where the host is no IP address, such as +, * or a name.
        var isOne = IPAddress.TryParse(found.Host, out var host) && !host.Equals(IPAddress.Any) && !host.Equals(IPAddress.IPv6Any);
        return new UriBuilder(found.Scheme, isOne ? found.Host : "localhost", found.Port).Uri;
    }

    /// <summary>As the server itself reads the setting.</summary>
    private string ReadUrls()
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables("ASPNETCORE_")
            .AddJsonFile(System.IO.Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(settings)
            .Build();
        return configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls ? urls : ImageHubApp.DefaultUrl;
    }
}
