using System.Net;
using System.Net.Sockets;
using ImageHub.Api.Console;

namespace ImageHub.ApiTests.StartUp;

/// <summary>The command <c>health</c>; <see cref="DatabaseAwayTests"/> covers its output during a database outage.</summary>
public sealed class HealthCommandTests
{
    [Theory]
    [InlineData("http://+:8080", "http://localhost:8080/")]
    [InlineData("http://*:8080", "http://localhost:8080/")]
    [InlineData("http://0.0.0.0:8080", "http://localhost:8080/")]
    [InlineData("http://[::]:8080", "http://localhost:8080/")]
    [InlineData("http://photos.example", "http://localhost/")]
    [InlineData("http://192.0.2.7:5080", "http://192.0.2.7:5080/")]
    [InlineData("http://[::1]:5080", "http://[::1]:5080/")]
    [InlineData("https://+:8443", "https://localhost:8443/")]
    [InlineData("http://unix:/run/imagehub.sock; https://+:8443; http://+:8080", "http://localhost:8080/")]
    public void The_health_command_asks_this_machine_at_the_port_of_the_server(string urls, string asked) =>
        HealthCommand.AddressIn(urls).AbsoluteUri.ShouldBe(asked);

    [Theory]
    [InlineData("http://unix:/run/imagehub.sock")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("localhost")]
    public void The_health_command_says_when_the_server_has_no_address_it_can_ask(string urls) =>
        Should.Throw<FormatException>(() => HealthCommand.AddressIn(urls)).Message.ShouldContain(urls);

    [Fact]
    public async Task A_stopped_server_is_not_ready()
    {
        // Bound but not listening: connections are refused, and no other process gets the port.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var url = $"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}";

        var (exitCode, output, error) = await RunAsync("--url", url);

        (exitCode, output).ShouldBe((1, ""));
        error.ShouldStartWith($"{url}/health/ready does not answer: ");
    }

    [Fact]
    public async Task An_invalid_address_is_a_usage_error_of_the_health_command()
    {
        var (exitCode, _, error) = await RunAsync("--url", "localhost:8080");

        (exitCode, error.Trim()).ShouldBe((2, "--url must be an absolute http or https URL such as http://localhost:5080; it is 'localhost:8080'."));
    }

    /// <summary>Runs the command in this process.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] options)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["health", .. options], new Terminal(output, error, _ => null), CancellationToken.None);
        return (exitCode, output.ToString(), error.ToString());
    }
}
