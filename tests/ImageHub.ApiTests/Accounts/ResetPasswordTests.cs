using System.Net;
using System.Net.Http.Json;
using ImageHub.Api.Console;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Accounts;

/// <summary>The command that sets a new password for an account, for example for a locked-out admin.</summary>
public sealed class ResetPasswordTests
{
    [Fact]
    public async Task The_reset_command_sets_an_accounts_password_while_the_server_runs()
    {
        await using var hub = new ImageHubProcess();
        using var admin = await hub.StartAndSignInAsync();
        var key = await admin.CreateKeyAsync("upload");

        var (exitCode, output, error) = await RunAsync(hub, "ADMIN");

        (exitCode, error).ShouldBe((0, ""));
        var password = output.Split("new password of admin: ")[1].Split('\n')[0].Trim();
        password.Length.ShouldBe(23);
        await admin.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.Unauthorized);
        output.ShouldContain("API keys of the account that were deleted: 1.");
        using var visitor = new HttpClient { BaseAddress = admin.BaseAddress };
        using (var program = new HttpRequestMessage(HttpMethod.Get, "/api/v1/uploads") { Headers = { { "X-API-Key", key } } })
        {
            await visitor.SendAsync(program).StatusAsync(HttpStatusCode.Unauthorized);
        }

        await LoginAsync(visitor, ImageHubServer.AdminPassword).StatusAsync(HttpStatusCode.Unauthorized);
        await LoginAsync(visitor, password).StatusAsync(HttpStatusCode.OK);
        hub.Output.ShouldNotContain(password);

        (exitCode, output, error) = await RunAsync(hub, "nobody");

        (exitCode, output).ShouldBe((2, ""));
        error.ShouldContain("There is no account 'nobody'.");
    }

    [Fact]
    public async Task The_reset_command_creates_no_gallery_in_an_empty_data_directory()
    {
        await using var hub = new ImageHubProcess();

        var (exitCode, output, error) = await RunAsync(hub, ImageHubServer.AdminName);

        (exitCode, output).ShouldBe((2, ""));
        error.ShouldContain(" contains no gallery. Run the command with the server's settings, such as ImageHub__DataDirectory or ConnectionStrings__ImageHub.");
    }

    private static Task<HttpResponseMessage> LoginAsync(HttpClient client, string password) =>
        client.PostAsJsonAsync("/api/v1/auth/login", new { userName = ImageHubServer.AdminName, password });

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(ImageHubProcess hub, string userName)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(["reset-password", userName, $"--ImageHub:DataDirectory={hub.DataDirectory}"], new Terminal(output, error, _ => null));
        return (exitCode, output.ToString(), error.ToString());
    }
}
