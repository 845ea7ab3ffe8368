using System.Net;
using ImageHub.Testing;

namespace ImageHub.ApiTests.StartUp;

/// <summary>
/// Two containers with one data directory. As in a container, the second program has its own PID namespace, so it does not see the processes of the first one.
/// Runs alone: its mount namespace would keep the disks of other tests mounted.
/// </summary>
[Collection(typeof(MeasuredAlone))]
public sealed class SecondContainerTests
{
    [Fact]
    public async Task A_command_in_a_second_container_is_refused_and_the_server_in_the_first_one_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "PID namespaces are Linux's.");
        await using var hub = new ImageHubProcess();
        using var admin = await hub.StartAndSignInAsync();
        var postmaster = Path.Combine(hub.DataDirectory, "postgres", "postmaster.pid");
        var running = await File.ReadAllTextAsync(postmaster);

        await using var second = new ImageHubProcess
        {
            Launcher = [.. OwnProcesses, "dotnet"],
            Program = ["ImageHub.Api.dll", "reset-password", ImageHubServer.AdminName],
            Environment = { ["ImageHub__DataDirectory"] = hub.DataDirectory },
        };
        await second.RunAsync();

        second.Output.ShouldNotContain("unshare: ", Case.Sensitive, "The test needs a PID namespace: run it as root, in a container with --cap-add SYS_ADMIN, or allow user namespaces (on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0).");
        second.Output.TrimEnd().ShouldBe(
            $"ImageHub cannot start: The database of {hub.DataDirectory} is in use by another container. Run the command inside that container (docker exec), or stop the container first.");
        second.ExitCode.ShouldBe(2);
        (await File.ReadAllTextAsync(postmaster)).ShouldBe(running);
        await admin.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);
        await admin.CreateGroupAsync();
        hub.Output.ShouldNotContain("has stopped unexpectedly");

        // After the first container has ended, the second one starts.
        await hub.StopAsync();
        await second.RunAsync();
        second.Output.ShouldContain($"new password of {ImageHubServer.AdminName}: ");
        second.ExitCode.ShouldBe(0);
    }

    private static string[] OwnProcesses => ["unshare", .. Environment.IsPrivilegedProcess ? [] : (string[])["--user", "--map-current-user"], "--pid", "--fork", "--kill-child", "--mount-proc"];
}
