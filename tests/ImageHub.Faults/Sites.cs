using System.Runtime.Versioning;

namespace ImageHub.Faults;

/// <summary>The servers of a sitting: one for each kind of store, which many runs use, and a new one on a disk of its own for each power cut.</summary>
/// <param name="limit">A server must be consistent within this time after a restart.</param>
internal sealed class Sites(TimeSpan limit) : IAsyncDisposable
{
    private readonly Dictionary<StoreKind, Site> sites = [];

    /// <summary>Makes a run on its server. A server whose run failed is not used again.</summary>
    public async Task<RunResult> MakeAsync(Plan plan, Action<string> log)
    {
        if (plan.Victim == Victim.Power)
        {
            return OperatingSystem.IsLinux() ? await CutPowerAsync(plan, log) : throw new PlatformNotSupportedException("A power cut needs an ext4 file system.");
        }

        if (!sites.TryGetValue(plan.Store, out var site))
        {
            sites.Add(plan.Store, site = await Site.CreateAsync(plan.Store));
        }

        var result = await Run.MakeAsync(plan, site, limit, null, log);
        if (result.Differences.Count > 0)
        {
            sites.Remove(plan.Store);
            await site.DisposeAsync();
        }

        return result;
    }

    [SupportedOSPlatform("linux")]
    private async Task<RunResult> CutPowerAsync(Plan plan, Action<string> log)
    {
        await using var power = await PowerCut.CreateAsync();
        await using var site = await Site.CreateAsync(plan.Store, power.DataDirectory);
        return await Run.MakeAsync(plan, site, limit, Cut, log);

        [SupportedOSPlatform("linux")]
        Task Cut() => power.CutAsync(site.KillAsync);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var site in sites.Values)
        {
            await site.DisposeAsync();
        }
    }
}
