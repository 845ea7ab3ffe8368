namespace ImageHub.Api.Console;

/// <summary>What a command ends with.</summary>
internal static class ExitCode
{
    /// <summary>Everything was done.</summary>
    public const int Fine = 0;

    /// <summary>Some files failed.</summary>
    public const int SomeFailed = 1;

    /// <summary>The server does not answer, or cannot do its work.</summary>
    public const int NotReady = 1;

    /// <summary>The arguments are wrong, or the server cannot be reached or signed in to.</summary>
    public const int CannotStart = 2;

    /// <summary>Ctrl-C: 128 and the signal's number, as shells have it.</summary>
    public const int Interrupted = 130;
}
