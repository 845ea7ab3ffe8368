using ImageHub.Application.Accounts;
using ImageHub.Application.Archives;
using ImageHub.Application.Images;
using ImageHub.Application.Links;
using ImageHub.Application.OneDrive;
using ImageHub.Application.Storage;
using ImageHub.Application.Thumbnails;
using ImageHub.Application.Trash;
using ImageHub.Application.Uploads;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Quartz;

namespace ImageHub.Infrastructure.Jobs;

/// <summary>Registers background work: requests that are sent by the clock. Of many instances on one database, one sends each.</summary>
public static class JobServices
{
    /// <summary>Adds the scheduler and its jobs. It is started once the database is prepared.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services) => services.AddQuartz(quartz =>
    {
        quartz.UsePersistentStore(store =>
        {
            store.UsePostgres(source => source.UseRegisteredDataSource = true);
            store.UseClustering();
            store.ProvisionSchema();
        });
        // A restart leaves the stored schedule as it is; else a server that restarts often would never get to a daily job.
        quartz.ConfigureOptions<SchedulingOptions>(scheduling => scheduling.IgnoreDuplicates = true);

        // Imports, the making of alternates and the comparing of images run for hours; two threads are left for the other jobs.
        quartz.UseDefaultThreadPool(5);

        // A stop does not wait for a job's end; the job does what is left at the next start.
        quartz.ConfigureScheduler(scheduler => scheduler.ShutdownJobInterruption = ShutdownJobInterruption.Always);
        Send<PurgeOldTrash>(quartz, TimeSpan.FromHours(1));
        Send<DropUnreadThumbnails>(quartz, TimeSpan.FromHours(6));
        Send<ReconcileObjects>(quartz, TimeSpan.FromHours(6));
        Send<PruneArchives>(quartz, PruneArchives.Every);
        Send<DeleteOrphanedObjects>(quartz, DeleteOrphanedObjects.Every);
        Send<ScrubObjects>(quartz, ScrubObjects.Every);
        Send<MakeAlternates>(quartz, MakeAlternates.Every);
        Send<CompareImages>(quartz, CompareImages.Every);
        Send<AddUpFacets>(quartz, AddUpFacets.Every);
        Send<PruneUploads>(quartz, TimeSpan.FromHours(1));
        Send<PruneLinks>(quartz, TimeSpan.FromHours(24));
        Send<PruneSessions>(quartz, TimeSpan.FromHours(24));
        Send<PruneImports>(quartz, TimeSpan.FromHours(24));

        // A run that a server left behind goes on within this time on another one.
        quartz.ScheduleJob<ImportsJob>(
            trigger => trigger.WithIdentity(nameof(ImportsJob)).StartNow().WithSimpleSchedule(TimeSpan.FromMinutes(1)),
            job => job.WithIdentity(ImportsJob.Key).StoreDurably());
    });

    private static void Send<TRequest>(IQuartzBuilder quartz, TimeSpan every)
        where TRequest : IRequest, new() =>
        quartz.ScheduleJob<RequestJob<TRequest>>(trigger => trigger
            .WithIdentity(typeof(TRequest).Name)
            .StartAt(DateTimeOffset.UtcNow + every)
            .WithSimpleSchedule(every));
}

/// <summary>Runs imports. Not one at a time: a run that finds another one under way ends at once, and Quartz would hold the next ones back as long as a dead server's seems to run.</summary>
internal sealed class ImportsJob(IMediator mediator) : IJob
{
    public static readonly JobKey Key = new(nameof(ImportsJob));

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await mediator.Send(new RunImports(), cancellationToken);
}

/// <summary>Has Quartz run imports at once.</summary>
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
        await mediator.Send(new TRequest(), cancellationToken);
}
