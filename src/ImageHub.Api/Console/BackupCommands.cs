using System.Globalization;
using ImageHub.Application.Backups;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;

namespace ImageHub.Api.Console;

/// <summary>The commands <c>backup</c>, <c>verify</c> and <c>restore</c>.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="settings">Settings of the server, as command-line arguments.</param>
internal sealed class BackupCommands(Terminal terminal, string[] settings)
{
    private const int ShownProblems = 100;

    /// <summary>Makes a backup.</summary>
    /// <param name="target">The folder or the bucket.</param>
    /// <param name="keep">The rule that keeps earlier backups; null keeps all.</param>
    /// <param name="isDryRun">Whether to only count.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <returns>The exit code.</returns>
    public Task<int> BackUpAsync(string target, BackupRetention? keep, bool isDryRun, CancellationToken stop) => ReportAsync(async () =>
    {
        await using var local = await LocalServer.StartAsync(settings, terminal, stop);
        var made = await local.SendAsync(new MakeBackup(target, isDryRun, Write), stop);
        foreach (var lost in made.Lost.Take(ShownProblems))
        {
            await terminal.Error.WriteLineAsync(lost.Reason switch
            {
                LossReason.Missing => $"lost    {lost.Key}: the store does not have this object",
                LossReason.Damaged => $"damaged {lost.Key}: this object of the store does not match its row",
                _ => $"damaged {lost.Key}: the store cannot read this object",
            });
        }

        Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{(isDryRun ? "would copy" : "copied")} {made.CopiedObjects} of {made.Objects} objects ({made.CopiedBytes} bytes){(made.CopiedObjects < made.Objects ? "; the place already has the other objects" : "")}"));
        if (made.Path is not null)
        {
            Write($"backup in {made.Path}{(made.Lost.Count > 0 ? string.Create(CultureInfo.InvariantCulture, $", without {made.Lost.Count} objects that the store has lost") : "")}");
        }

        if (made.RecordFailure is { } reason)
        {
            Write($"warning: the backup is complete, but the database could not record it, so the storage page shows an earlier one: {reason}");
        }

        if (made.LacksKey)
        {
            Write("warning: the key of the data directory is not in the backup, because a bucket must not contain it unencrypted: set Backup__Passphrase to add it encrypted. Without signing.key, restored secrets cannot be read; keep a copy of this file elsewhere");
        }

        if (made.KeyPath is { } keyPath)
        {
            Write($"note: '{keyPath}' signs access tokens and decrypts secrets; do not copy it to a bucket");
        }

        if (keep is not null && made.Lost.Count > 0)
        {
            Write("kept all earlier backups, because they can have the objects that the store has lost");
        }
        else if (keep is not null)
        {
            var deleted = await local.SendAsync(new DeleteOldBackups(target, keep, isDryRun, Write), stop);
            Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{(isDryRun ? "would keep" : "kept")} {deleted.KeptBackups} backups and {(isDryRun ? "would delete" : "deleted")} {deleted.Backups} backups and {deleted.Objects} objects ({deleted.Bytes} bytes)"));
        }

        return made.Lost.Count > 0 ? ExitCode.Damaged : ExitCode.Fine;
    });

    /// <summary>Verifies a backup.</summary>
    /// <param name="source">The place with backups, or one backup.</param>
    /// <param name="publicKey">The path of the key that must have signed the backup; null for the key in the settings.</param>
    /// <param name="isDryRun">Whether to compare only the sizes of objects.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <returns>The exit code.</returns>
    public Task<int> VerifyAsync(string source, string? publicKey, bool isDryRun, CancellationToken stop) => ReportAsync(async () =>
    {
        await using var local = LocalServer.Build(settings);
        return await WriteAsync(
            await local.SendAsync(new VerifyBackup(source, publicKey, isDryRun, Write), stop),
            isDryRun ? "all objects have the right size; their checksums were not compared" : "complete",
            isDryRun ? "the others have the right size" : "the others can be restored; the next 'backup' copies again what the gallery still has",
            "this backup cannot be restored; make a new one, or restore an earlier one");
    });

    /// <summary>Restores a backup.</summary>
    /// <param name="source">The place with backups, or one backup.</param>
    /// <param name="publicKey">The path of the key that must have signed the backup; null for the key in the settings.</param>
    /// <param name="isDryRun">Whether to only check.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <returns>The exit code.</returns>
    public Task<int> RestoreAsync(string source, string? publicKey, bool isDryRun, CancellationToken stop) => ReportAsync(async () =>
    {
        await using var local = LocalServer.Build(settings);
        return await WriteAsync(
            await local.SendAsync(new RestoreBackup(source, publicKey, isDryRun, Write), stop),
            isDryRun ? "can be restored" : "restored; start the server",
            isDryRun ? "the others can be restored" : "all others are restored; start the server",
            "nothing was restored; use an earlier backup");
    });

    /// <summary>Reports a backup's problems, and the result: without problems, with problems of objects only, or with other problems.</summary>
    private async Task<int> WriteAsync(VerifiedBackup verified, string complete, string partial, string unusable)
    {
        foreach (var problem in verified.Problems.Take(ShownProblems))
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(problem));
        }

        var manifest = verified.Manifest;
        var content = string.Create(
            CultureInfo.InvariantCulture,
            $"{verified.Path}: {manifest.CreatedAt.UtcDateTime:u}, program {manifest.Program}, {manifest.Tables.Sum(table => table.Rows)} rows, {manifest.Objects.Count} objects, {manifest.Objects.Bytes} bytes");
        Write(content);
        var problems = string.Create(CultureInfo.InvariantCulture, $"{verified.Problems.Count} files are missing or damaged");
        Write(verified.Problems.Count == 0 ? complete : $"{problems}; {(verified.CanBeRestored ? partial : unusable)}");
        return verified.Problems.Count > 0 ? ExitCode.Damaged : ExitCode.Fine;
    }

    private void Write(string line) => terminal.Output.WriteLine(Terminal.Printable(line));

    private Task<int> ReportAsync(Func<Task<int>> run) => ReportAsync(terminal, run);

    /// <summary>Runs a command and reports its errors.</summary>
    public static async Task<int> ReportAsync(Terminal terminal, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (OperationCanceledException)
        {
            await terminal.Error.WriteLineAsync("Stopped.");
            return ExitCode.Interrupted;
        }
        catch (DamagedBackupException damaged)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(damaged.Message));
            return ExitCode.Damaged;
        }
        catch (Exception failed) when (failed is BackupException or ProblemException)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(failed.Message));
            return ExitCode.CannotStart;
        }
        catch (Exception failed) when (DatabaseOutage.IsDatabaseError(failed))
        {
            await terminal.Error.WriteLineAsync($"The database failed: {Terminal.Printable(DatabaseOutage.FindReason(failed))}");
            return ExitCode.CannotStart;
        }
        catch (Exception failed) when (StartUpErrors.Explain(failed) is { } line)
        {
            await terminal.Error.WriteLineAsync(Terminal.Printable(line));
            return ExitCode.CannotStart;
        }
    }
}
