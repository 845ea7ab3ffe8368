using ImageHub.Domain.Groups;

namespace ImageHub.Api.Console.Adding;

/// <summary>The command <c>add</c>: uploads the images of a folder and says what became of them.</summary>
/// <param name="terminal">Where it is shown.</param>
/// <param name="settings">Settings of the server in this process, as command-line configuration.</param>
internal sealed class AddFolder(Terminal terminal, string[] settings)
{
    /// <summary>Runs it.</summary>
    /// <param name="folder">Which folder.</param>
    /// <param name="title">The one group for everything, or null for a group a folder.</param>
    /// <param name="url">The server, or null for one in this process.</param>
    /// <param name="userName">Who signs in there.</param>
    /// <param name="stop">Ends it after the files in flight.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string folder, string? title, string? url, string? userName, CancellationToken stop)
    {
        try
        {
            var scan = Scan(folder, title);
            if (url is null)
            {
                await using var local = await LocalServer.StartAsync(settings, terminal, stop);
                return await UploadAsync(local.Url, local.SignInAsync, scan, stop);
            }

            var address = SignIn.Address(url);
            var password = await SignIn.PasswordAsync(userName!, address, terminal, stop);
            return await UploadAsync(address, (server, cancellationToken) => SignIn.LoginAsync(server, userName!, password, cancellationToken), scan, stop);
        }
        catch (CannotAddException reason)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(reason.Message));
            return ExitCode.CannotStart;
        }
        catch (Exception exception) when (stop.IsCancellationRequested && (exception is OperationCanceledException || StartUpErrors.Explain(exception) is not null))
        {
            // Ctrl-C also ends a program that the start was waiting for.
            await terminal.Error.WriteLineAsync("Stopped before anything was sent.");
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (StartUpErrors.Explain(exception) is { } line)
        {
            await terminal.Error.WriteLineAsync($"ImageHub cannot start: {line}");
            return ExitCode.CannotStart;
        }
    }

    private static FolderScan Scan(string folder, string? title)
    {
        if (title is not null && (string.IsNullOrWhiteSpace(title) || title.Length > Group.MaxTitleLength || title.Any(char.IsControl)))
        {
            throw new CannotAddException($"--group has {title.Length} characters; 1 to {Group.MaxTitleLength} are allowed, and no control characters.");
        }

        if (!Directory.Exists(folder))
        {
            throw new CannotAddException(File.Exists(folder) ? $"'{folder}' is a file; name its folder." : $"There is no folder '{folder}'.");
        }

        return FolderScan.Read(folder, title?.Trim());
    }

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private async Task<int> UploadAsync(Uri address, SignIn.Method signIn, FolderScan scan, CancellationToken stop)
    {
        using var server = new ServerClient(address, signIn);
        await server.SignInAsync(stop);
        await terminal.Output.WriteLineAsync(Terminal.Printable($"{Counted(scan.Files, "file")} for {Counted(scan.Groups.Count, "group")} from {scan.Root}"));
        var upload = new FolderUpload(server, scan.Groups);
        await UploadProgress.ShowAsync(terminal, scan.Files, async progress =>
        {
            upload.Ended = progress;
            await upload.RunAsync(stop);
        });
        await server.SignOutAsync();

        var result = upload.Result(scan);
        await result.WriteAsync(terminal);
        return result switch
        {
            { Broken: not null } => ExitCode.CannotStart,
            { NotSent: > 0 } => ExitCode.Interrupted,
            { Failed.Count: > 0 } => ExitCode.SomeFailed,
            _ => ExitCode.Fine,
        };
    }
}

/// <summary>What keeps the command from working at all.</summary>
/// <param name="message">What was wrong, for the person at the terminal.</param>
internal class CannotAddException(string message) : Exception(message);
