using ImageHub.Application.Accounts;
using ImageHub.Application.Archives;
using ImageHub.Application.Backups;
using ImageHub.Application.Database;
using ImageHub.Application.Duplicates;
using ImageHub.Application.GuestUploads;
using ImageHub.Application.Images;
using ImageHub.Application.Imports;
using ImageHub.Application.Links;
using ImageHub.Application.Site;
using ImageHub.Application.Storage;
using ImageHub.Application.Tags;
using ImageHub.Application.Thumbnails;
using ImageHub.Application.Trash;
using ImageHub.Application.Uploads;
using ImageHub.Application.Variants;
using ImageHub.Application.WebDav;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace ImageHub.Infrastructure.Jobs;

/// <summary>Registers background jobs, which send requests on a schedule. Each run is executed by one of the instances that share a database.</summary>
public static class JobServices
{
    /// <summary>Adds the scheduler and its jobs. The scheduler starts after the database has been prepared.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services) => services.AddSingleton<StoredSchedule>().AddQuartz(quartz =>
    {
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(source => source.UseRegisteredDataSource = true);
            store.UseClustering();
            store.ProvisionSchema();
        });

        // Quartz retries for a few seconds in an outage, also if none of several hosts responds. More attempts would delay a stop without a database.
        quartz.ConfigureOptions<AdoJobStoreOptions>(store =>
        {
            store.IsTransient = DatabaseOutage.Explains;
            store.MaxTransientRetries = 5;
        });

        // A restart keeps the stored triggers, which StoredSchedule then corrects.
        quartz.ConfigureOptions<QuartzOptions>(options => options.Scheduling.IgnoreDuplicates = true);

        quartz.AddSchedulerListener<JobErrors>();

        // Imports, alternates, image comparison and backups run for hours. Two threads remain for the other jobs.
        quartz.UseDefaultThreadPool(6);

        // Shutdown interrupts jobs. Their next runs continue the work.
        quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
        Send<PurgeOldTrash>(quartz, TimeSpan.FromHours(1));
        Send<DropUnreadThumbnails>(quartz, TimeSpan.FromHours(6));
        Send<ReconcileObjects>(quartz, TimeSpan.FromHours(6));
        Send<PruneArchives>(quartz, PruneArchives.Every);
        Send<DeleteOrphanedObjects>(quartz, DeleteOrphanedObjects.Every);
        Send<ScrubObjects>(quartz, ScrubObjects.Every);
        Send<RenderChangedBoxes>(quartz, RenderChangedBoxes.Every);
        Send<MakeAlternates>(quartz, MakeAlternates.Every);
        Send<CompareImages>(quartz, CompareImages.Every);
        Send<AddUpFacets>(quartz, AddUpFacets.Every);
        Send<CarryOverLogo>(quartz, CarryOverLogo.Every);
        Send<PruneUploads>(quartz, TimeSpan.FromHours(1));
        Send<PruneGuestUploads>(quartz, TimeSpan.FromHours(1));
        Send<PruneWebDav>(quartz, TimeSpan.FromHours(1));
        Send<PruneLinks>(quartz, TimeSpan.FromHours(24));
        Send<MakeDueBackup>(quartz, MakeDueBackup.Every);
        Send<PruneSessions>(quartz, TimeSpan.FromHours(24));
        Send<PruneImports>(quartz, TimeSpan.FromHours(24));

        // If a server stops during a run, another instance continues the imports within this time.
        var imports = new RecurringJob(typeof(ImportsJob), nameof(ImportsJob), TimeSpan.FromMinutes(1));
        quartz.Services.AddSingleton(imports);
        quartz.ScheduleJob<ImportsJob>(
            trigger => trigger.WithIdentity(imports.Name).StartNow().WithSimpleSchedule(imports.Schedule),
            job => job.WithIdentity(ImportsJob.Key).StoreDurably());
    });

    private static void Send<TRequest>(IQuartzBuilder quartz, TimeSpan every)
        where TRequest : IRequest, new()
    {
        var job = new RecurringJob(typeof(RequestJob<TRequest>), typeof(TRequest).Name, every);
        quartz.Services.AddSingleton(job);
        quartz.ScheduleJob<RequestJob<TRequest>>(trigger => trigger.WithIdentity(job.Name).StartAt(DateTimeOffset.UtcNow + every).WithSimpleSchedule(job.Schedule));
    }
}

/// <summary>
/// Runs imports. Concurrent execution is allowed, because a second run ends immediately. If it were not allowed, Quartz would delay the next run as long as the
/// run of a crashed server seems active.
/// </summary>
internal sealed class ImportsJob(IMediator mediator) : IJob
{
    public static readonly JobKey Key = new(nameof(ImportsJob));

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await JobMetrics.MeasureAsync(nameof(ImportsJob), () => mediator.Send(new RunImports(), cancellationToken));
}

/// <summary>Triggers imports through Quartz.</summary>
internal sealed class QuartzImportJobs(ISchedulerFactory schedulers) : IImportJobs
{
    public async Task StartAsync(CancellationToken cancellationToken) =>
        await (await schedulers.GetScheduler(cancellationToken)).TriggerJob(ImportsJob.Key, cancellationToken);
}

/// <summary>Sends one request through the mediator, as a controller would.</summary>
[DisallowConcurrentExecution]
internal sealed class RequestJob<TRequest>(IMediator mediator) : IJob
    where TRequest : IRequest, new()
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await JobMetrics.MeasureAsync(typeof(TRequest).Name, () => mediator.Send(new TRequest(), cancellationToken));
}
