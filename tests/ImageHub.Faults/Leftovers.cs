using ImageHub.Api;
using ImageHub.Application.Database;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using ImageHub.Domain.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.AspNetCore.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.Faults;

/// <summary>Looks for objects without a row, rows without their objects, and staging files, while the server is idle.</summary>
internal static class Leftovers
{
    /// <summary>The time in which a background job ends.</summary>
    private static readonly TimeSpan JobTime = TimeSpan.FromMinutes(1);

    /// <summary>Reconciles the store as if 2 and 27 hours had passed. Then finds objects without a row, rows without objects, and staging files.</summary>
    /// <param name="site">The running server.</param>
    /// <returns>The differences, and the number of objects that reconciliation has deleted.</returns>
    public static async Task<(IReadOnlyList<string> Differences, int Reconciled)> FindAsync(Site site)
    {
        var clock = new ShiftedClock();
        await using var app = ImageHubApp.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(site.Settings);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(clock);

            // Nothing is rendered here. The shared renderer avoids starting new workers for each run.
            builder.Services.AddSingleton(WorkerRenderer.Shared);
        });
        app.RunAsCommand();
        await app.StartAsync();
        try
        {
            var before = (await ListAsync(app.Services)).Count;

            // The first reconciliation quarantines orphaned objects older than an hour, the second one deletes them a day later.
            clock.Advance(TimeSpan.FromHours(2));
            await SendAsync(app.Services, new ReconcileObjects());
            clock.Advance(TimeSpan.FromHours(25));
            await SendAsync(app.Services, new ReconcileObjects());
            var stored = await ListAsync(app.Services);
            var differences = await CompareAsync(app.Services, stored);
            differences.AddRange(await FindStagingFilesAsync(site));
            return (differences, before - stored.Count);
        }
        finally
        {
            await app.StopAsync();
        }
    }

    private static async Task SendAsync(IServiceProvider services, IRequest request)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    private static async Task<Dictionary<string, long>> ListAsync(IServiceProvider services)
    {
        var store = services.GetRequiredService<IObjectStore>();
        var stored = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var root in (string[])[ObjectKey.Root, UploadPart.Root])
        {
            await foreach (var one in store.ListAsync(root, CancellationToken.None))
            {
                stored.Add(one.Key, one.Bytes);
            }
        }

        return stored;
    }

    /// <summary>Compares the rows' objects with the stored ones. The server makes no alternates, large renditions or thumbnails here.</summary>
    private static async Task<List<string>> CompareAsync(IServiceProvider services, Dictionary<string, long> stored)
    {
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        var expected = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var image in await db.AllImages.ToListAsync())
        {
            foreach (var (variant, bytes) in (IEnumerable<(ImageVariant, long)>)
                [(ImageVariant.Low, image.Low.Bytes), (ImageVariant.Medium, image.Medium.Bytes), (ImageVariant.High, image.High.Bytes), (ImageVariant.Full, image.Full.Bytes)])
            {
                expected.Add(ObjectKey.For(image.Id, image.Revision, variant), bytes);
            }

            if (image.HasOriginal)
            {
                expected.Add(ObjectKey.For(image.Id, image.Revision, ImageVariant.Original), image.OriginalBytes);
            }
        }

        foreach (var part in await db.UploadParts.ToListAsync())
        {
            // The server deletes a part that is no longer needed and then its row. A kill in between leaves the row until the next attempt.
            if (part is not { FileId: null, PlaceholderId: null } || stored.ContainsKey(part.Key))
            {
                expected.Add(part.Key, part.Bytes);
            }
        }

        return
        [
            .. stored.Keys.Except(expected.Keys, StringComparer.Ordinal).Select(key => $"the object {key} has no row"),
            .. expected.Where(one => !stored.TryGetValue(one.Key, out var bytes) || bytes != one.Value).Select(one => $"the row of {one.Key} expects {one.Value} bytes, the store has {stored.GetValueOrDefault(one.Key, -1)}"),
        ];
    }

    /// <summary>Finds files that stay in staging folders, other than the locks of running processes. A background job of the server may still use a file.</summary>
    private static async Task<IReadOnlyList<string>> FindStagingFilesAsync(Site site)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            string[] left =
            [
                .. from folder in site.DataDirectories
                   from path in Directory.EnumerateFiles(Path.Combine(folder, "staging"), "*", SearchOption.AllDirectories)
                   where Path.GetFileName(path) != "lock"
                   select $"the staging file {Path.GetRelativePath(folder, path)} is left",
            ];
            if (left.Length == 0 || TimeProvider.System.GetElapsedTime(began) > JobTime)
            {
                return left;
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }
}
