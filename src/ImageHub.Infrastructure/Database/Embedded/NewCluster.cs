using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>Creates a cluster with initdb.</summary>
internal sealed class NewCluster(string dataDirectory, PostgresBinaries binaries, PostgresAccount account, bool durable, ILogger logger)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    /// <summary>Creates the cluster in an empty folder that the account owns.</summary>
    /// <exception cref="InvalidOperationException">initdb failed; the message contains its output.</exception>
    public async Task InitializeAsync(string folder, CancellationToken cancellationToken)
    {
        logger.LogInformation("Creating a PostgreSQL {Version} cluster in {DataDirectory}", binaries.Version, dataDirectory);
        List<string> command = [binaries.InitDb, $"--pgdata={folder}", $"--username={Endpoint.UserName}", "--encoding=UTF8", "--no-instructions"];

        // The built-in locale, available since version 17, sorts and folds case in the same way on every system.
        command.AddRange(binaries.Version.Major >= 17 ? ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : ["--locale=C.UTF-8"]);
        if (!durable)
        {
            command.Add("--no-sync");
        }

        if (OperatingSystem.IsWindows())
        {
            var password = Endpoint.PasswordFile(dataDirectory);
            await File.WriteAllTextAsync(password, RandomNumberGenerator.GetHexString(32), cancellationToken);
            command.AddRange(["--auth=scram-sha-256", $"--pwfile={password}"]);
        }
        else
        {
            command.Add("--auth=trust");
        }

        var (exitCode, output) = await Command.RunAsync(account.Run(command), Limit, cancellationToken);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"initdb could not create a PostgreSQL cluster in {folder}. It said: {output}");
        }
    }
}
