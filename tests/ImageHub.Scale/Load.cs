using System.Diagnostics;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.Scale;

/// <summary>One phase under load, and its counts.</summary>
/// <param name="Name">The events of the phase, in a few words.</param>
internal sealed record Phase(string Name)
{
    public Counts Visitors { get; } = new(isOfUploads: false);

    public Counts Uploads { get; } = new(isOfUploads: true);

    /// <summary>The duration of the phase.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>Whether an instance is killed in the phase, so that nginx answers some requests with an error, and some connections break.</summary>
    public bool LosesInstance { get; init; }

    /// <summary>Notes the moment from which the time until the next success counts.</summary>
    public void Mark()
    {
        Visitors.Mark();
        Uploads.Mark();
    }
}

/// <summary>Visitors and uploaders who use the gallery through nginx all the time, with short pauses.</summary>
internal sealed class Load : IDisposable
{
    private const int VisitorCount = 6;
    private const int Groups = 3;
    private const int PhotosPerGroup = 12;

    private readonly CancellationTokenSource end = new();
    private readonly List<Client> visitors = [];
    private readonly List<Client> uploaders = [];
    private Phase phase = new("none");
    private Task[] running = [];

    public Acknowledged Acknowledged { get; } = new();

    /// <summary>Fills the gallery, and starts the clients.</summary>
    public async Task StartAsync(HttpClient admin)
    {
        var groups = new List<Guid>();
        for (var i = 0; i < Groups; i++)
        {
            var group = await admin.CreateGroupAsync($"Gallery {i}");
            groups.Add(group);
            for (var photo = 0; photo < PhotosPerGroup; photo++)
            {
                await admin.AddImageAsync(group, $"{photo}.jpg", TestImages.Jpeg(1_200, 900, 1_000 + (i * PhotosPerGroup) + photo));
            }
        }

        // Hidden groups, so that visitors read answers that uploads do not change.
        var key = await admin.CreateKeyAsync("upload");
        visitors.AddRange(Enumerable.Range(0, VisitorCount).Select(i => new Visitor(Deployment.NewClient(), () => phase.Visitors, groups, new Random(i))));
        uploaders.Add(new BatchUploader(Deployment.NewClient(key), () => phase.Uploads, Acknowledged, await admin.CreateGroupAsync("Batches", isPublished: false)));
        uploaders.Add(new TusUploader(Deployment.NewClient(key), () => phase.Uploads, Acknowledged, await admin.CreateGroupAsync("tus uploads", isPublished: false)));
        running = [.. visitors.Concat(uploaders).Select(client => Task.Run(() => client.RunAsync(end.Token)))];
    }

    /// <summary>Counts in this phase until the given work has ended.</summary>
    public async Task RunAsync(Phase next, Func<Task> work)
    {
        Volatile.Write(ref phase, next);
        var begun = Stopwatch.GetTimestamp();
        await work();
        foreach (var client in visitors)
        {
            next.Visitors.AddGap(client.LastSuccess);
        }

        foreach (var client in uploaders)
        {
            next.Uploads.AddGap(client.LastSuccess);
        }

        next.Duration = Stopwatch.GetElapsedTime(begun);
    }

    public void Dispose() => end.Dispose();

    /// <summary>Ends all clients. The uploaders first finish the files that they have begun.</summary>
    public async Task EndAsync()
    {
        await end.CancelAsync();
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromMinutes(2));
    }
}
