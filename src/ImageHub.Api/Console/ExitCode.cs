namespace ImageHub.Api.Console;

/// <summary>Exit codes of the commands.</summary>
internal static class ExitCode
{
    /// <summary>Everything succeeded.</summary>
    public const int Fine = 0;

    /// <summary>Some files failed.</summary>
    public const int SomeFailed = 1;

    /// <summary>The server does not respond, or is not ready.</summary>
    public const int NotReady = 1;

    /// <summary>Files of the store or of a backup are missing or damaged, or an update would lose data.</summary>
    public const int Damaged = 1;

    /// <summary>
    /// The command could not do its work; for example, the arguments are invalid, or the server cannot be reached or rejects the credentials.
    /// </summary>
    public const int CannotStart = 2;

    /// <summary>Ctrl-C: 128 plus the signal's number, as in shells.</summary>
    public const int Interrupted = 130;
}
