using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Domain.Groups;

namespace ImageHub.Api.Console.Adding;

/// <summary>The arguments of the command <c>add</c>.</summary>
/// <param name="Folder">The folder to upload.</param>
/// <param name="Title">The group for all files, or null to create one group per folder.</param>
/// <param name="Url">The server, or null to run one in this process.</param>
/// <param name="UserName">The user to sign in as; null with an API key.</param>
/// <param name="Key">The API key, or null.</param>
/// <param name="IsPublished">Whether new groups are visible to visitors immediately.</param>
/// <param name="IsRenaming">Whether a file whose name is taken is renamed.</param>
/// <param name="IsNested">Whether nested folders become nested groups.</param>
/// <param name="IsWatching">Whether to keep running and upload files added later.</param>
/// <param name="LogPath">A log file with one line for each file that was not uploaded, or null.</param>
internal sealed record AddRequest(
    string Folder, string? Title, string? Url, string? UserName, string? Key, bool IsPublished, bool IsRenaming, bool IsNested, bool IsWatching, string? LogPath);

/// <summary>The command <c>add</c>: uploads the images of a folder and reports the results.</summary>
/// <param name="terminal">The terminal for output and questions.</param>
/// <param name="settings">Settings of the in-process server, as command-line arguments.</param>
internal sealed class AddFolder(Terminal terminal, string[] settings)
{
    /// <summary>Runs the command.</summary>
    /// <param name="request">The arguments.</param>
    /// <param name="stop">Stops after the files in flight.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(AddRequest request, CancellationToken stop)
    {
        try
        {
            var scan = Scan(request);
            if (request.Url is null)
            {
                await using var local = await StartAsync(stop);
                return await UploadAsync(local.Url, new Credentials((_, token) => BeginSessionAsync(local, token), Key: null), request, scan, stop);
            }

            var address = SignIn.Address(request.Url);
            return await UploadAsync(address, await CredentialsAsync(request, address, stop), request, scan, stop);
        }
        catch (CannotAddException reason)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(reason.Message));
            return ExitCode.CannotStart;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("Stopped before anything was sent.");
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (StartUpErrors.Explain(exception) is { } line)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(line));
            return ExitCode.CannotStart;
        }
    }

    private async Task<LocalServer> StartAsync(CancellationToken stop)
    {
        try
        {
            return await LocalServer.StartAsync(settings, terminal, stop, createsGallery: true);
        }
        catch (Exception exception) when (stop.IsCancellationRequested && StartUpErrors.Explain(exception) is not null)
        {
            // Ctrl-C also terminates a child process that the startup waits for, which then fails with another exception.
            throw new OperationCanceledException(exception.Message, exception, stop);
        }
        catch (Exception exception) when (StartUpErrors.Explain(exception) is { } line)
        {
            throw new CannotAddException($"ImageHub cannot start: {line}");
        }
        catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
        {
            throw new CannotAddException($"The database cannot be reached: {DatabaseOutage.FindReason(exception)}");
        }
    }

    private static FolderScan Scan(AddRequest request)
    {
        var (folder, title) = (request.Folder, request.Title);
        if (title is not null && (string.IsNullOrWhiteSpace(title) || title.Length > Group.MaxTitleLength || title.Any(char.IsControl)))
        {
            throw new CannotAddException($"--group has {title.Length} characters; 1 to {Group.MaxTitleLength} are allowed, and no control characters.");
        }

        if (!Directory.Exists(folder))
        {
            throw new CannotAddException(File.Exists(folder) ? $"'{folder}' is a file; name its folder." : $"There is no folder '{folder}'.");
        }

        return FolderScan.Read(folder, title?.Trim(), request.IsNested, request.LogPath is null ? null : Path.GetFullPath(request.LogPath));
    }

    private static async Task<SessionTokens> BeginSessionAsync(LocalServer local, CancellationToken cancellationToken)
    {
        try
        {
            var pair = await local.SendAsync(new BeginOwnerSession(), cancellationToken);
            return new SessionTokens(pair.AccessToken, pair.RefreshToken);
        }
        catch (Exception exception) when (DatabaseOutage.Explains(exception))
        {
            throw new ServerUnreachableException($"The database cannot be reached: {DatabaseOutage.FindReason(exception)}");
        }
    }

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    private async Task<Credentials> CredentialsAsync(AddRequest request, Uri address, CancellationToken stop)
    {
        if (request.UserName is not { } userName)
        {
            return new Credentials(SignIn: null, request.Key);
        }

        var password = await SignIn.PasswordAsync(userName, address, terminal, stop);
        return new Credentials((server, cancellationToken) => SignIn.LoginAsync(server, userName, password, cancellationToken), Key: null);
    }

    private async Task<int> UploadAsync(Uri address, Credentials credentials, AddRequest request, FolderScan scan, CancellationToken stop)
    {
        using var server = new ServerClient(address, credentials);
        await server.SignInAsync(stop);
        EnsureLogIsWritable(request.LogPath);
        using var watched = request.IsWatching ? new WatchedFolder(scan.Root) : null;
        var ended = new HashSet<FileState>();
        var reported = new HashSet<(FileState, string)>();
        var exitCode = await UploadAsync(server, scan, request, ended, reported, isUpdating: false, stop);
        var isWaiting = false;
        while (watched is not null && !stop.IsCancellationRequested)
        {
            if (!isWaiting)
            {
                await terminal.Output.WriteLineAsync(Terminal.Printable($"Watching {scan.Root}; press Ctrl-C to stop."));
            }

            isWaiting = true;
            if (await watched.ChangedAsync(stop) is { } unfinished && Scan(request).Without(ended, unfinished) is { Files: > 0 } missing)
            {
                isWaiting = false;
                exitCode = await UploadAsync(server, missing, request, ended, reported, isUpdating: true, stop);
            }
        }

        await server.SignOutAsync();

        return watched is not null && stop.IsCancellationRequested ? ExitCode.Interrupted : exitCode;
    }

    /// <param name="server">The server.</param>
    /// <param name="scan">The files to upload.</param>
    /// <param name="request">The command's arguments.</param>
    /// <param name="ended">Receives the scanned states of the files that need no further attempt.</param>
    /// <param name="reported">The results that were reported before; receives the new ones.</param>
    /// <param name="isUpdating">Whether sidecars also replace the fields of photos that are already on the server.</param>
    /// <param name="stop">Stops after the files in flight.</param>
    /// <returns>The exit code.</returns>
    private async Task<int> UploadAsync(
        ServerClient server, FolderScan scan, AddRequest request, HashSet<FileState> ended, HashSet<(FileState, string)> reported, bool isUpdating, CancellationToken stop)
    {
        var states = scan.Groups.SelectMany(group => group.Files).ToDictionary(file => file, file => file.State);
        var described = states.Keys.Where(scan.Sidecars.ContainsKey).ToDictionary(photo => photo, photo => scan.Sidecars[photo].State);
        await terminal.Output.WriteLineAsync(Terminal.Printable($"{Counted(scan.Files, "file")} for {Counted(scan.Groups.Count, "group")} from {scan.Root}"));
        var upload = new FolderUpload(server, scan.Groups, request.IsPublished, request.IsRenaming, scan.Sidecars, isUpdating, request.IsNested);
        await UploadProgress.ShowAsync(terminal, scan.Groups, async progress =>
        {
            upload.Ended = progress;
            await upload.RunAsync(stop);
        });
        var finished = upload.Finished.ToList();
        ended.UnionWith(finished.Select(file => states[file]));
        ended.UnionWith(finished.Where(described.ContainsKey).Select(photo => described[photo]));
        var result = upload.Result(scan);
        await result.WriteAsync(terminal, request.LogPath, reported);
        return result switch
        {
            { Broken: not null } => ExitCode.CannotStart,
            { NotSent: > 0 } => ExitCode.Interrupted,
            { Failed.Count: > 0 } => ExitCode.SomeFailed,
            _ => ExitCode.Fine,
        };
    }

    private static void EnsureLogIsWritable(string? path)
    {
        try
        {
            if (path is not null)
            {
                using var log = new FileStream(path, FileMode.Append);
            }
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new CannotAddException($"--log is '{path}', which cannot be written to: {refused.Message}");
        }
    }
}

/// <summary>An error that prevents the command from starting or continuing.</summary>
/// <param name="message">The error, for the person at the terminal.</param>
internal class CannotAddException(string message) : Exception(message);
