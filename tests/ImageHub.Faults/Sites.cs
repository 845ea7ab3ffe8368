using System.Runtime.Versioning;

namespace ImageHub.Faults;

/// <summary>The sites of a sitting: one for each kind of store and number of servers, and a new one for each run that needs its own disk.</summary>
/// <param name="limit">A server must be consistent within this time after a restart.</param>
internal sealed class Sites(TimeSpan limit) : IAsyncDisposable
{
    private readonly Dictionary<(StoreKind Store, int Servers), Site> sites = [];

    /// <summary>Makes a run on its site. A site whose run failed is not used again.</summary>
    public async Task<RunResult> MakeAsync(Plan plan, Action<string> log)
    {
        if (plan.Victim is Victim.Power or Victim.FullDisk or Victim.ReadOnlyDisk)
        {
            return OperatingSystem.IsLinux() ? await MakeOnOwnDiskAsync(plan, log) : throw new PlatformNotSupportedException("The run needs an ext4 file system.");
        }

        if (!sites.TryGetValue((plan.Store, plan.Servers), out var site))
        {
            sites.Add((plan.Store, plan.Servers), site = await Site.CreateAsync(plan.Store, plan.Servers));
        }

        var result = await Run.MakeAsync(plan, site, limit, () => Victims.EndAsync(site, plan), log);
        if (result.Differences.Count > 0)
        {
            sites.Remove((plan.Store, plan.Servers));
            await site.DisposeAsync();
        }

        return result;
    }

    [SupportedOSPlatform("linux")]
    private async Task<RunResult> MakeOnOwnDiskAsync(Plan plan, Action<string> log)
    {
        await using var disk = await OwnDisk.CreateAsync();
        await using var site = await Site.CreateAsync(plan.Store, plan.Servers, disk.DataDirectory);
        return await Run.MakeAsync(plan, site, limit, DisturbAsync, log);

        [SupportedOSPlatform("linux")]
        async Task<string> DisturbAsync()
        {
            switch (plan.Victim)
            {
                case Victim.Power:
                    await disk.CutPowerAsync(site.EndAllAsync);
                    return "cut the power";
                case Victim.ReadOnlyDisk:
                    await disk.BreakAsync(Victims.Trouble, site.EndAllAsync);
                    return "the disk was read-only until the machine restarted";
                default:
                    await disk.FillAsync(Victims.Trouble);
                    return "the disk was full for a while";
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var site in sites.Values)
        {
            await site.DisposeAsync();
        }
    }
}
