using ImageHub.Application.Accounts;
using ImageHub.Application.Links;
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
        quartz.UseDefaultThreadPool(2);
        Send<PurgeOldTrash>(quartz, TimeSpan.FromHours(1));
        Send<DropUnreadThumbnails>(quartz, TimeSpan.FromHours(6));
        Send<ReconcileObjects>(quartz, TimeSpan.FromHours(6));
        Send<PruneUploads>(quartz, TimeSpan.FromHours(1));
        Send<PruneLinks>(quartz, TimeSpan.FromHours(24));
        Send<PruneSessions>(quartz, TimeSpan.FromHours(24));
    });

    private static void Send<TRequest>(IQuartzBuilder quartz, TimeSpan every)
        where TRequest : IRequest, new() =>
        quartz.ScheduleJob<RequestJob<TRequest>>(trigger => trigger
            .WithIdentity(typeof(TRequest).Name)
            .StartAt(DateTimeOffset.UtcNow + every)
            .WithSimpleSchedule(every));
}

/// <summary>Sends one request through the mediator, as a controller would.</summary>
[DisallowConcurrentExecution]
internal sealed class RequestJob<TRequest>(IMediator mediator) : IJob
    where TRequest : IRequest, new()
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        await mediator.Send(new TRequest(), cancellationToken);
}
