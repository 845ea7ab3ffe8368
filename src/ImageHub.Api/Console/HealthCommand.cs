using System.Globalization;
using System.Net;

namespace ImageHub.Api.Console;

/// <summary>
/// The command <c>health</c>: asks a running server whether it is ready, for container engines and other supervisors that check by running a
/// command. It does not build the application, because it runs every few seconds.
/// </summary>
/// <param name="terminal">The terminal.</param>
/// <param name="settings">Settings of the server, as command-line arguments.</param>
internal sealed class HealthCommand(Terminal terminal, string[] settings)
{
    private const string Path = "/health/ready";

    /// <summary>The maximum number of characters shown of a response; the server's own responses are shorter.</summary>
    private const int ShownCharacters = 500;

    // The server responds within 3 s, regardless of its dependencies.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs the command.</summary>
    /// <param name="url">The server's address; null for the address in the settings.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <returns>
    /// <see cref="ExitCode.Fine"/> if the server responds with 200, otherwise <see cref="ExitCode.NotReady"/>; <see cref="ExitCode.CannotStart"/> if the
    /// settings have no usable address; <see cref="ExitCode.Interrupted"/> if stopped.
    /// </returns>
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

    /// <summary>
    /// The address at which this machine reaches a server that listens on <paramref name="urls"/>: the first http address, otherwise the first
    /// address.
    /// </summary>
    /// <param name="urls">Addresses as in <c>ASPNETCORE_URLS</c>, separated by semicolons.</param>
    /// <exception cref="FormatException">A client can connect to none of the addresses.</exception>
    internal static Uri AddressIn(string urls)
    {
        var found = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(BindingAddress.Parse)
            .Where(address => !address.IsUnixPipe && !address.IsNamedPipe && address.Port > 0)
            .OrderBy(address => address.Scheme == Uri.UriSchemeHttp ? 0 : 1)
            .FirstOrDefault() ?? throw new FormatException($"'{urls}' contains no http or https address with a port; specify one with --url.");

        // If the host is not an IP address but +, * or a name, Kestrel listens on localhost, too.
        var isOne = IPAddress.TryParse(found.Host, out var host) && !host.Equals(IPAddress.Any) && !host.Equals(IPAddress.IPv6Any);
        return new UriBuilder(found.Scheme, isOne ? found.Host : "localhost", found.Port).Uri;
    }

    /// <summary>Reads the setting as the server does.</summary>
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
