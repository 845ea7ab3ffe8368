using ImageHub.Testing;
using ImageHub.Testing.Storage;

namespace ImageHub.Faults;

/// <summary>Ends or disturbs the victim of a run.</summary>
internal static class Victims
{
    /// <summary>The time that the S3 server is away.</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromMilliseconds(500);

    /// <summary>The time that a disturbed store or disk stays disturbed.</summary>
    public static readonly TimeSpan Trouble = TimeSpan.FromSeconds(2);

    /// <summary>Ends the victim with SIGKILL, or disturbs it for a while.</summary>
    /// <returns>The description of the action.</returns>
    public static async Task<string> EndAsync(Site site, Plan plan)
    {
        switch (plan.Victim)
        {
            case Victim.Worker:
                return await KillOneAsync(site.FindWorkers(), plan);
            case Victim.Postmaster:
                return await KillOneAsync(site.FindDatabase(command => command.Contains("postgres ", StringComparison.Ordinal) && command.Contains(" -D ", StringComparison.Ordinal)), plan);
            case Victim.Backend:
                return await KillOneAsync(site.FindDatabase(command => command.StartsWith("postgres: ", StringComparison.Ordinal)), plan);
            case Victim.S3:
                await site.S3!.KillAsync();
                await Task.Delay(Outage);
                await site.S3.InitializeAsync();
                return "killed the S3 server";
            case Victim.S3Refuses:
                return await DisturbAsync(site, S3Trouble.Refuses);
            case Victim.S3Slow:
                return await DisturbAsync(site, S3Trouble.Slow);
            case Victim.S3Wrong:
                return await DisturbAsync(site, S3Trouble.Wrong);
            case Victim.Clock:
                return await site.JumpAsync(plan.ClockHours);
            default:
                await site.KillAsync(plan.ForClient(0).Next(plan.Servers));
                return "killed the server";
        }
    }

    private static async Task<string> DisturbAsync(Site site, S3Trouble trouble)
    {
        await site.S3!.SetTroubleAsync(trouble);
        await Task.Delay(Trouble);
        await site.S3.SetTroubleAsync(S3Trouble.None);
        return $"the S3 server was disturbed for a while: {trouble}";
    }

    private static async Task<string> KillOneAsync(IReadOnlyList<int> found, Plan plan)
    {
        if (found.Count == 0)
        {
            // Idle workers end by themselves.
            return "found no process to kill";
        }

        var chosen = found[plan.ForClient(0).Next(found.Count)];
        await ProcessSignals.SendAsync("KILL", chosen);
        return $"killed process {chosen}, one of {found.Count}";
    }
}
