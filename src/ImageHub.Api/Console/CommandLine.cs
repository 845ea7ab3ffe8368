using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using ImageHub.Api.Console.Adding;
using ImageHub.Api.Health;
using ImageHub.Application.Backups;

namespace ImageHub.Api.Console;

/// <summary>The program's commands.</summary>
internal static class CommandLine
{
    private const string Add = "add";
    private const string ResetPassword = "reset-password";
    private const string Health = "health";
    private const string Backup = "backup";
    private const string Verify = "verify";
    private const string Restore = "restore";

    private const string CheckUpgrade = "--check-upgrade";

    private static readonly string[] Questions = ["--help", "-h", "-?", "--version", CheckUpgrade];

    /// <summary>
    /// Whether the arguments name a command or ask for help. Any other arguments start the server; settings such as
    /// <c>--Storage:Provider=S3</c> then reach the configuration unchanged, which a command parser would not allow.
    /// </summary>
    public static bool IsMeant(string[] args) => (args.FirstOrDefault(arg => !IsConfiguration(arg)) is { } first && !IsSetting(first)) || args.Any(Questions.Contains);

    /// <summary>Runs the command.</summary>
    /// <param name="args">The arguments after the program's name.</param>
    /// <param name="terminal">The terminal.</param>
    /// <param name="stop">Cancels the operation after the files in flight.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args, Terminal terminal, CancellationToken stop = default)
    {
        var words = args.Where(arg => !IsConfiguration(arg)).ToArray();
        var settings = args.Where(IsConfiguration).ToArray();
        var parsed = Root(settings, terminal).Parse(words, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction mistake)
        {
            mistake.ShowHelp = false;
            mistake.ShowTypoCorrections = false;
        }

        // Interruption handles Ctrl-C: the library would end the process two seconds later.
        var invocation = new InvocationConfiguration
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        var exitCode = await parsed.InvokeAsync(invocation, stop);
        return parsed.Errors.Count > 0 ? ExitCode.CannotStart : exitCode;
    }

    private static RootCommand Root(string[] settings, Terminal terminal)
    {
        var root = new RootCommand(
            """
            ImageHub, a self-hosted image gallery.

            Without a command, it runs the server. Settings come from the environment (Storage__Provider=S3), from appsettings.json or
            from the command line (--Storage:Provider=S3).
            """);
        root.Options.OfType<VersionOption>().Single().Action = new WriteVersion();
        root.Options.Add(new Option<bool>(CheckUpgrade)
        {
            Description = "Shows what the next start would change in the database, and tries it on a copy. The exit code is 1 if data would be lost.",
            Action = new RunUpgradeCheck(new UpgradeCommand(terminal, settings)),
        });
        root.Subcommands.Add(AddCommand(settings, terminal));
        root.Subcommands.Add(ResetCommand(settings, terminal));
        root.Subcommands.Add(AskHealthCommand(settings, terminal));
        root.Subcommands.Add(BackUpCommand(settings, terminal));
        root.Subcommands.Add(VerifyCommand(settings, terminal));
        root.Subcommands.Add(RestoreCommand(settings, terminal));
        return root;
    }

    private static Command AskHealthCommand(string[] settings, Terminal terminal)
    {
        var url = new Option<string?>("--url") { HelpName = "url", Description = "The server's address. The default is this machine with the port in ASPNETCORE_URLS." };
        var health = new Command(Health, "Asks a running server whether it is ready. The exit code is 0 if it is ready, 1 if it is not, and 2 for a wrong argument or setting.") { url };
        health.Validators.Add(result =>
        {
            if (Given(result, url) is { } value && FindUrl(value) is null)
            {
                result.AddError($"--url must be an absolute http or https URL such as {ImageHubApp.DefaultUrl}; it is '{Terminal.Printable(value)}'.");
            }
        });
        health.SetAction((parsed, stop) => new HealthCommand(terminal, settings).RunAsync(parsed.GetValue(url) is { } value ? FindUrl(value) : null, stop));
        return health;

        static Uri? FindUrl(string value) => Uri.TryCreate(value, UriKind.Absolute, out var found) && found.Scheme is "http" or "https" ? found : null;
    }

    private static Command ResetCommand(string[] settings, Terminal terminal)
    {
        var user = new Argument<string>("user") { Description = "The account's name." };
        var reset = new Command(ResetPassword, "Sets a new password for an account and shows it. Run it on the server's machine.") { user };
        reset.SetAction((parsed, stop) => new ResetPasswordCommand(terminal, settings).RunAsync(parsed.GetRequiredValue(user), stop));
        return reset;
    }

    private static Command BackUpCommand(string[] settings, Terminal terminal)
    {
        var target = new Argument<string>("target") { Description = "The folder or bucket (s3://bucket/prefix) for backups. It may be missing, empty, or contain backups. Objects in it are not copied again." };
        var keep = new Option<string?>("--keep")
        {
            HelpName = "7d,4w,12m",
            Description = "Afterwards, keep the newest backup of each of the last 7 days, 4 weeks and 12 months that has a backup. Delete the other backups, and the objects that no kept backup needs. By default, all are kept.",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Write and delete nothing, and show how much would be copied and deleted." };
        var backUp = new Command(Backup, "Backs up database, objects and generated keys while the server runs. Running it again after an interruption continues.") { target, keep, dryRun };
        backUp.Validators.Add(result =>
        {
            RequirePlace(result, target);
            if (Given(result, keep) is { } value && FindRetention(value) is null)
            {
                result.AddError($"--keep must be {BackupRetention.Allowed}; it is '{Terminal.Printable(value)}'.");
            }
        });
        backUp.SetAction((parsed, stop) => new BackupCommands(terminal, settings).BackUpAsync(
            parsed.GetRequiredValue(target), parsed.GetValue(keep) is { } value ? FindRetention(value) : null, parsed.GetValue(dryRun), stop));
        return backUp;

        static BackupRetention? FindRetention(string value) => BackupRetention.TryParse(value, out var retention) ? retention : null;
    }

    private static Command VerifyCommand(string[] settings, Terminal terminal)
    {
        var (source, publicKey) = (Source(), PublicKey());
        var dryRun = new Option<bool>("--dry-run") { Description = "Compare only the sizes of objects, without reading them." };
        var verify = new Command(Verify, "Compares a backup with its manifest. The exit code is 1 if files are missing or damaged.") { source, publicKey, dryRun };
        RequireSource(verify, source, publicKey);
        verify.SetAction((parsed, stop) => new BackupCommands(terminal, settings).VerifyAsync(parsed.GetRequiredValue(source), parsed.GetValue(publicKey), parsed.GetValue(dryRun), stop));
        return verify;
    }

    private static Command RestoreCommand(string[] settings, Terminal terminal)
    {
        var (source, publicKey) = (Source(), PublicKey());
        var dryRun = new Option<bool>("--dry-run") { Description = "Restore nothing, and only check whether the backup can be restored." };
        var restore = new Command(Restore, "Restores a backup into the configured database, store and data directory, which must be empty.") { source, publicKey, dryRun };
        RequireSource(restore, source, publicKey);
        restore.SetAction((parsed, stop) => new BackupCommands(terminal, settings).RestoreAsync(parsed.GetRequiredValue(source), parsed.GetValue(publicKey), parsed.GetValue(dryRun), stop));
        return restore;
    }

    private static Argument<string> Source() => new("source") { Description = "The folder or bucket (s3://bucket/prefix) with backups (the newest one is used), or one backup in it (…/backups/20261125T030000Z)." };

    private static Option<string?> PublicKey() => new("--public-key")
    {
        HelpName = "file",
        Description = "The public half of Backup__SigningKey (PEM). A backup that was not signed with this key is refused. The default is the key in Backup__SigningKey.",
    };

    /// <summary>Rejects empty values, which a script passes if a variable is not set. Without this check, an empty key would accept a backup without a signature.</summary>
    private static void RequireSource(Command command, Argument<string> source, Option<string?> publicKey) => command.Validators.Add(result =>
    {
        RequirePlace(result, source);
        if (Given(result, publicKey) is { } value && string.IsNullOrWhiteSpace(value))
        {
            result.AddError($"{publicKey.Name} must be the path of a file; it is '{value}'.");
        }
    });

    private static void RequirePlace(CommandResult result, Argument<string> place)
    {
        if (result.GetResult(place) is { Tokens: [{ Value: var value }] } && (string.IsNullOrWhiteSpace(value) || value.Contains('\0', StringComparison.Ordinal)))
        {
            result.AddError($"{place.Name} must be a folder or a bucket (s3://bucket/prefix); it is '{Terminal.Printable(value)}'.");
        }
    }

    private static Command AddCommand(string[] settings, Terminal terminal)
    {
        var folder = new Argument<string>("folder") { Description = "The folder. Its subfolders are uploaded, too." };
        var group = new Option<string?>("--group") { HelpName = "title", Description = "Put all files into this group. By default, each folder becomes a group." };
        var server = new Option<string?>("--server") { HelpName = "url", Description = "The server to upload to, with --user or a key." };
        var user = new Option<string?>("--user")
        {
            HelpName = "name",
            Description = $"An admin or editor of that server. The password is read from {SignIn.PasswordVariable} or from the terminal.",
        };
        var key = new Option<string?>("--key")
        {
            HelpName = "key",
            Description = $"An API key with the scope upload, instead of --user. {SignIn.KeyVariable} is safer: other users of this machine can see arguments.",
        };
        var local = new Option<bool>("--local") { Description = "Upload into the data directory of this machine, even while a server uses it. This is the default without --server." };
        var publish = new Option<bool>("--publish") { Description = "Show new groups to visitors at once. By default, new groups are hidden." };
        var rename = new Option<bool>("--rename") { Description = "Add a number to a file name that is taken: IMG_0001 (2).jpg. By default, the file fails." };
        var nested = new Option<bool>("--nested") { Description = "Turn nested folders into nested groups, up to five levels." };
        var watch = new Option<bool>("--watch") { Description = "Keep watching the folder and upload new files, until Ctrl-C." };
        var log = new Option<string?>("--log") { HelpName = "file", Description = "A log file with a line for each file that was not uploaded, and the reason." };
        var add = new Command(Add, "Uploads the images of a folder. Running it again uploads missing files.") { folder, group, server, user, key, local, publish, rename, nested, watch, log };
        add.Validators.Add(result =>
        {
            var hasServer = Given(result, server) is not null;
            var credentials = (Given(result, user) is null ? 0 : 1) + (FindKey(Given(result, user), Given(result, key)) is null ? 0 : 1);
            if (hasServer && credentials != 1)
            {
                result.AddError($"--server needs --user, or else --key or {SignIn.KeyVariable}.");
            }

            if (!hasServer && (Given(result, user) is not null || Given(result, key) is not null))
            {
                result.AddError("--user and --key need --server.");
            }

            if (hasServer && result.GetValue(local))
            {
                result.AddError("--server and --local exclude each other.");
            }
        });
        add.SetAction((parsed, stop) => new AddFolder(terminal, settings).RunAsync(
            new AddRequest(
                parsed.GetRequiredValue(folder),
                parsed.GetValue(group),
                parsed.GetValue(server),
                parsed.GetValue(user),
                FindKey(parsed.GetValue(user), parsed.GetValue(key)),
                parsed.GetValue(publish),
                parsed.GetValue(rename),
                parsed.GetValue(nested),
                parsed.GetValue(watch),
                parsed.GetValue(log)),
            stop));
        return add;

        // A key given as an option takes precedence over the environment variable.
        string? FindKey(string? userName, string? named) =>
            named ?? (userName is null && terminal.Variable(SignIn.KeyVariable) is { Length: > 0 } kept ? kept : null);
    }

    /// <summary>
    /// An option's value, or null if the option is absent or has no value. The library's own lookup throws for a missing value, which the parser
    /// reports separately.
    /// </summary>
    private static string? Given(CommandResult result, Option<string?> option) => result.GetResult(option) is { Tokens.Count: > 0 } ? result.GetValue(option) : null;

    private static bool IsSetting(string arg) => arg.StartsWith('-') || arg.StartsWith('/') || arg.Contains('=', StringComparison.Ordinal);

    /// <summary>After a command, only settings with a section and a value are accepted, so that a mistyped option is reported.</summary>
    private static bool IsConfiguration(string arg) =>
        arg.StartsWith("--", StringComparison.Ordinal) && arg.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals && arg[..equals].Contains(':', StringComparison.Ordinal);

    private sealed class RunUpgradeCheck(UpgradeCommand command) : AsynchronousCommandLineAction
    {
        public override bool Terminating => true;

        public override Task<int> InvokeAsync(ParseResult parseResult, CancellationToken cancellationToken = default) => command.RunAsync(cancellationToken);
    }

    private sealed class WriteVersion : SynchronousCommandLineAction
    {
        public override bool Terminating => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"ImageHub {WelcomeEndpoint.Version}");
            return ExitCode.Fine;
        }
    }
}
