using System.Globalization;
using ImageHub.Application.Upgrades;

namespace ImageHub.Api.Console;

/// <summary>The option <c>--check-upgrade</c>.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="settings">Settings of the server, as command-line arguments.</param>
internal sealed class UpgradeCommand(Terminal terminal, string[] settings)
{
    /// <summary>Shows the update of the schema that the next start would make.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> RunAsync(CancellationToken stop) => BackupCommands.ReportAsync(terminal, async () =>
    {
        await using var local = LocalServer.Build(settings);
        var plan = await local.SendAsync(new CheckUpgrade(), stop);
        if (plan.From is null)
        {
            Write($"{plan.Database} is empty; the next start creates the schema.");
            return ExitCode.Fine;
        }

        Write(string.Create(CultureInfo.InvariantCulture, $"{plan.Database}: {plan.Bytes} bytes, schema {plan.From}"));
        if (plan.Rehearsal is not { } rehearsal)
        {
            Write("The schema is up to date; the next start changes nothing.");
            return ExitCode.Fine;
        }

        Write(string.Create(CultureInfo.InvariantCulture, $"The next start updates the schema to {plan.To}: {plan.Pending} migrations in one transaction."));
        foreach (var difference in rehearsal.Differences)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable($"After the update, {difference}."));
        }

        if (rehearsal.Differences.Count > 0)
        {
            Write("The next start would undo the update and stop. Keep the previous version, and report this.");
            return ExitCode.Damaged;
        }

        if (rehearsal.Duration is not { } duration)
        {
            Write($"It cannot be tried on a copy now: {rehearsal.Obstacle}. Stop the servers and run this again, or allow the account to create databases.");
            return ExitCode.CannotStart;
        }

        Write(string.Create(CultureInfo.InvariantCulture, $"On a copy it took {duration.TotalSeconds:0.0} s and did not change the compared data."));
        return ExitCode.Fine;
    });

    private void Write(string line) => terminal.Output.WriteLine(Terminal.Printable(line));
}
