using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;

namespace ImageHub.Api.Console;

/// <summary>The command <c>reset-password</c>: restores access to an account.</summary>
/// <param name="terminal">The terminal for the new password.</param>
/// <param name="settings">Settings of the server, as command-line configuration.</param>
internal sealed class ResetPasswordCommand(Terminal terminal, string[] settings)
{
    /// <summary>Runs the command.</summary>
    /// <param name="userName">The account's user name.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string userName, CancellationToken stop)
    {
        try
        {
            // The command creates no gallery: a data directory without a gallery is probably the wrong one.
            await using var local = await LocalServer.StartAsync(settings, terminal, stop);

            // Not cancelled: a password that has been set must also be shown.
            var made = await local.SendAsync(new ResetPassword(userName), CancellationToken.None);
            await terminal.Output.WriteLineAsync($"new password of {made.UserName}: {made.Password}");
            await terminal.Output.WriteLineAsync("It is shown only this once. All sessions of the account have ended.");
            if (made.EndedKeys > 0)
            {
                await terminal.Output.WriteLineAsync($"API keys of the account that were deleted: {made.EndedKeys}. Programs that used them need new ones.");
            }

            if (made.EndedPasskeys > 0)
            {
                await terminal.Output.WriteLineAsync($"Passkeys of the account that were deleted: {made.EndedPasskeys}.");
            }

            if (made.HasLeftProvider)
            {
                await terminal.Output.WriteLineAsync("The account is no longer connected to the OpenID Connect provider; it can be connected again on the page Account.");
            }

            if (made.IsDisabled)
            {
                await terminal.Output.WriteLineAsync("The account is disabled: another admin has to enable it.");
            }

            return ExitCode.Fine;
        }
        catch (ProblemException problem)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(problem.Message));
            return ExitCode.CannotStart;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
        {
            await terminal.Error.WriteLineAsync($"The database cannot be reached: {Terminal.Printable(DatabaseOutage.FindReason(exception))}");
            return ExitCode.CannotStart;
        }
        catch (Exception exception) when (StartUpErrors.Explain(exception) is { } line)
        {
            await terminal.Error.WriteLineAsync($"ImageHub cannot start: {line}");
            return ExitCode.CannotStart;
        }
    }
}
