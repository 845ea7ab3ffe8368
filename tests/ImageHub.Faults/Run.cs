using System.Diagnostics;
using System.Globalization;
using System.Net;
using ImageHub.Faults.Clients;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Shouldly;

namespace ImageHub.Faults;

/// <summary>The result of a run.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Differences">The differences from the model, and other errors; empty if nothing was lost.</param>
/// <param name="Acknowledged">The number of acknowledged changes.</param>
/// <param name="Reconciled">The number of orphaned objects (without a row in the database) that reconciliation has deleted.</param>
/// <param name="Consistent">The time from the restart (or from the last change) until the server was ready and equal to the model.</param>
internal sealed record RunResult(Plan Plan, IReadOnlyList<string> Differences, int Acknowledged, int Reconciled, TimeSpan Consistent);

/// <summary>One run: clients change a gallery, the victim ends or is disturbed, and the server is compared with the model.</summary>
/// <param name="plan">The plan.</param>
/// <param name="site">The site with the server or servers.</param>
/// <param name="limit">The server must be consistent within this time after a restart.</param>
/// <param name="log">Receives the steps.</param>
internal sealed class Run(Plan plan, Site site, TimeSpan limit, Action<string> log)
{
    private static readonly TimeSpan BetweenComparisons = TimeSpan.FromMilliseconds(500);

    private readonly List<string> differences = [];

    /// <summary>Makes the run.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="site">The site with the server or servers.</param>
    /// <param name="limit">The server must be consistent within this time after a restart.</param>
    /// <param name="disturb">Ends or disturbs the victim, and returns a description of its action.</param>
    /// <param name="log">Receives the steps.</param>
    public static async Task<RunResult> MakeAsync(Plan plan, Site site, TimeSpan limit, Func<Task<string>> disturb, Action<string> log)
    {
        try
        {
            return await new Run(plan, site, limit, log).MakeAsync(disturb);
        }
        catch (Exception exception) when (exception is HttpRequestException or ShouldAssertException or InvalidOperationException or TimeoutException or TaskCanceledException or IOException)
        {
            return new RunResult(plan, [$"the run failed: {exception.Message}"], 0, 0, TimeSpan.Zero);
        }
    }

    private async Task<RunResult> MakeAsync(Func<Task<string>> disturb)
    {
        log(plan.ToString());
        using var gallery = await Gallery.CreateAsync(plan, await site.StartAsync(plan), site.Route);
        log("started");
        if (plan.Victim is Victim.PointEnds or Victim.PointThrows)
        {
            await site.ArmAsync();
        }

        Sender[] clients = [new Curator(gallery, 1), new Curator(gallery, 2), new Sorter(gallery, 3), new Visitor(gallery, 4), new DavClient(gallery, 5)];
        var working = Task.WhenAll(clients.Select(client => Task.Run(client.RunAsync)));
        var backupFolder = plan.HasBackup ? TemporaryFolders.Create() : null;
        var backingUp = backupFolder is null ? null : site.RunCommandAsync("backup", backupFolder);
        await EndVictimAsync(gallery, working, disturb);
        await gallery.EndAsync();
        await working;
        foreach (var client in clients)
        {
            client.Dispose();
        }

        log($"{gallery.Acknowledged} changes acknowledged, {gallery.Model.Photos.Count(photo => !photo.IsCertain)} photos uncertain, {gallery.Model.Partials.Count} partial");
        if (backingUp is not null)
        {
            log($"the backup during the run ended with {(await backingUp).ExitCode}");
        }

        var sinceRestart = Stopwatch.StartNew();
        gallery.Follow(await site.StartAsync(null));
        await gallery.Admin.EventuallyReadyAsync();
        log($"ready after {sinceRestart.Elapsed.TotalSeconds:0.0} s");
        var states = await CompareAsync(gallery, sinceRestart);
        var consistent = sinceRestart.Elapsed;
        if (consistent > limit)
        {
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"the server was consistent only {consistent.TotalSeconds:0.0} s after its restart"));
        }

        if (differences.Count == 0)
        {
            await SendAgainAsync(gallery, states);
            await CompareAsync(gallery, sinceRestart);
        }

        differences.AddRange(gallery.Refusals.Select(refusal => $"refused: {refusal}"));
        foreach (var error in gallery.Refusals.Count == 0 ? [] : site.Output.Split('\n').Where(line => line.Contains(" fail: ", StringComparison.Ordinal)))
        {
            log(error);
        }

        if (backupFolder is not null)
        {
            await BackUpAsync(backupFolder);
        }

        var (left, reconciled) = await Leftovers.FindAsync(site);
        differences.AddRange(left);
        if (differences.Count == 0)
        {
            await CleanAsync(gallery);
        }

        log($"{reconciled} objects reconciled, consistent after {consistent.TotalSeconds:0.0} s");
        return new RunResult(plan, differences, gallery.Acknowledged, reconciled, consistent);
    }

    /// <summary>Ends or disturbs the victim at the planned time, or when the clients have done all their steps.</summary>
    private async Task EndVictimAsync(Gallery gallery, Task working, Func<Task<string>> disturb)
    {
        switch (plan.Victim)
        {
            case Victim.PointThrows:
                await working;

                // Ends the server that has the named point.
                await site.KillAsync();
                break;
            case Victim.PointEnds:
                var ended = site.EndAsync();
                if (await Task.WhenAny(ended, working) == working && await Task.WhenAny(ended, Task.Delay(BetweenComparisons)) != ended)
                {
                    log("the point was not passed");
                    await site.KillAsync();
                }

                await ended;
                if (site.IsRunning)
                {
                    await working;
                }

                break;
            default:
                if (await Task.WhenAny(gallery.KillTime.Task, working) != working)
                {
                    await Task.Delay(plan.KillDelay);
                }

                log(await disturb());
                if (site.IsRunning)
                {
                    await working;
                }

                break;
        }
    }

    /// <summary>Compares until the server equals the model or the limit has passed. If they are equal, records each photo's state in the model.</summary>
    private async Task<Dictionary<Photo, PhotoState?>> CompareAsync(Gallery gallery, Stopwatch sinceRestart)
    {
        while (true)
        {
            IReadOnlyList<string> found;
            Dictionary<Photo, PhotoState?> states;
            try
            {
                (found, states) = await Comparison.CompareAsync(gallery.Admin, gallery.Model);
            }
            catch (ShouldAssertException refused) when (sinceRestart.Elapsed < limit)
            {
                // The server may have answered its last health check before it noticed the end of PostgreSQL's main process.
                log($"not available yet: {refused.Message}");
                await Task.Delay(BetweenComparisons);
                continue;
            }

            if (found.Count > 0 && sinceRestart.Elapsed < limit)
            {
                log($"not equal yet: {found[0]}");
                await Task.Delay(BetweenComparisons);
                continue;
            }

            differences.AddRange(found);
            if (found.Count == 0)
            {
                foreach (var (photo, state) in states)
                {
                    photo.Confirm(state);
                }
            }

            return states;
        }
    }

    /// <summary>
    /// Continues partial uploads, sends missing photos again (except photos of guests), and restores the photos in the trash. Leaves out photos whose partial
    /// upload could not be continued, because their state is not certain.
    /// </summary>
    private async Task SendAgainAsync(Gallery gallery, Dictionary<Photo, PhotoState?> states)
    {
        foreach (var partial in gallery.Model.Partials)
        {
            using var guest = partial.Guest is null ? null : gallery.NewGuestClient(partial.Guest);
            if (await PartialUpload.ResumeAsync(gallery, guest ?? gallery.Admin, partial, limit) is { } error)
            {
                differences.Add(error);
            }
        }

        foreach (var photo in gallery.Model.Photos.Where(photo => photo is { IsCertain: true, State: null, IsGuests: false }))
        {
            var next = new PhotoState(gallery.Model.Shared[1], $"again-{photo.Sha256[..16]}{(photo.Content[0] == 0xFF ? ".jpg" : ".png")}", Place.Live, null);
            using var answer = await gallery.Admin.PutImageAsync(next.Group, next.FileName, photo.Content);
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                photo.Confirm(next);
            }
            else
            {
                differences.Add($"{next.FileName} cannot be sent again: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
        }

        foreach (var photo in gallery.Model.Photos.Where(photo => photo is { IsCertain: true, State.Place: Place.Trash }))
        {
            photo.Confirm(photo.State! with { Place = Place.Live });
            using var answer = await gallery.Admin.PostAsync($"/api/v1/images/{photo.Id}/restore", null);
            if (!answer.IsSuccessStatusCode)
            {
                differences.Add($"{photo.State!.FileName} cannot be restored from the trash: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
        }
    }

    /// <summary>Makes a backup after the restart, which reads every object, and verifies the backup.</summary>
    private async Task BackUpAsync(string folder)
    {
        foreach (var command in (string[])["backup", "verify"])
        {
            var (exitCode, output) = await site.RunCommandAsync(command, folder);
            if (exitCode != 0)
            {
                differences.Add($"{command} after the restart ended with {exitCode}: {output}");
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Deletes the run's groups for good, so that later runs start with an empty gallery.</summary>
    private static async Task CleanAsync(Gallery gallery)
    {
        foreach (var group in gallery.Model.Groups)
        {
            await gallery.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        }

        await gallery.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
    }
}
