using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Imports;
using ImageHub.Application.Storage;
using ImageHub.Application.Uploads;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Delivery;
using ImageHub.Infrastructure.Jobs;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace ImageHub.Infrastructure;

/// <summary>Starts the infrastructure in order: jobs after the server listens, the rest before. An external database may become available later.</summary>
public sealed class StartUp : IHostedLifecycleService, IAsyncDisposable
{
    private readonly DatabaseServer server;
    private readonly DatabasePreparation preparation;
    private readonly DatabaseState database;
    private readonly KeptAnswers kept;
    private readonly IImageRenderer renderer;
    private readonly IObjectStore store;
    private readonly Func<ISchedulerFactory> schedulers;
    private readonly IServiceScopeFactory scopes;
    private readonly StoredSchedule schedule;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ILogger<StartUp> logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource stoppingJobs = new();
    private readonly Func<string[]> describe;
    private Task preparing = Task.CompletedTask;
    private Task startingJobs = Task.CompletedTask;
    private Task correctingSchedule = Task.CompletedTask;
    private IScheduler? scheduler;
    private bool isDisposed;

    internal StartUp(
        DatabaseServer server,
        DatabasePreparation preparation,
        DatabaseState database,
        KeptAnswers kept,
        IImageRenderer renderer,
        IObjectStore store,
        DataDirectory data,
        Func<ISchedulerFactory> schedulers,
        IServiceScopeFactory scopes,
        StoredSchedule schedule,
        IHostApplicationLifetime lifetime,
        ILogger<StartUp> logger)
    {
        this.server = server;
        this.preparation = preparation;
        this.database = database;
        this.kept = kept;
        this.renderer = renderer;
        this.store = store;
        this.schedulers = schedulers;
        this.scopes = scopes;
        this.schedule = schedule;
        this.lifetime = lifetime;
        this.logger = logger;
        describe = () => [$"data in {data.Path}", store.Description, server.Description, renderer.Description];
    }

    /// <summary>The components in use, one per line.</summary>
    public IReadOnlyList<string> Parts => describe();

    /// <summary>
    /// Whether this process is a server: it runs background jobs, sends webhooks, and creates or updates the database's schema. A command leaves them to the
    /// server, because its settings can differ from the server's, and it can last for days.
    /// </summary>
    public bool IsServer { get; set; } = true;

    /// <summary>Whether a command creates the schema of an empty database. A server always does.</summary>
    public bool CreatesGallery { get; set; }

    /// <summary>
    /// Called immediately after the first admin was created. The generated password is not stored anywhere else, and the rest of the start may fail.
    /// </summary>
    public Action<FirstAdmin>? OnFirstAdmin { get; set; }

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(renderer.StartAsync(cancellationToken), server.StartAsync(cancellationToken));
        preparing = PrepareAsync(stopping.Token);

        // Cancels the preparation if the server is stopped during startup. Otherwise the preparation would continue while the services are disposed.
        await using var ending = cancellationToken.Register(stopping.Cancel);

        // The start waits for the embedded database and fails without it, and so does a command. If an external database is not available within 5 s, the service
        // starts without it.
        await Task.WhenAny(preparing, Task.Delay(server.IsEmbedded || !IsServer ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(5), CancellationToken.None));
        if (preparing.IsCompleted)
        {
            await preparing;
        }
        else
        {
            _ = WatchAsync(preparing, "The database cannot be prepared");
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Jobs start after Kestrel, so that they need not be stopped if Kestrel fails because its port is in use.
        startingJobs = StartJobsAsync(stoppingJobs.Token);
        _ = WatchAsync(startingJobs, "Background jobs cannot be started");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Stops background work. Services are stopped in reverse order of their start. Kestrel, which ASP.NET Core adds last, has already stopped, so no requests
    /// are running.
    /// </summary>
    /// <param name="cancellationToken">
    /// Not used, because requests may have used up the host's time limit. Jobs are interrupted and end soon.
    /// </param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();

        // Quartz logs errors if its start is cancelled, so a start that has begun may finish first.
        stoppingJobs.CancelAfter(TimeSpan.FromSeconds(2));
        await Task.WhenAll(preparing, startingJobs).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await correctingSchedule;
        if (scheduler is not null)
        {
            // Interrupted jobs end soon. Without the database, Quartz would try for minutes to record their ends, so the wait is limited. Jobs without a
            // recorded end are repaired as after a crash.
            using var waiting = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await scheduler.Shutdown(waitForJobsToComplete: true, waiting.Token);
            scheduler = null;
        }

        // The cache is stopped after the jobs, because it must receive their changes.
        await kept.StopAsync();
    }

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The service container holds this object under two types and disposes it twice.
        if (isDisposed)
        {
            return;
        }

        // After a failed start, for example because the port is in use, the host disposes this object without stopping it.
        isDisposed = true;
        await StopAsync(CancellationToken.None);
        stopping.Dispose();
        stoppingJobs.Dispose();
    }

    /// <summary>
    /// Stops the service if background work fails, unless a stop caused the error. Waiting for an unavailable database is not a failure. An outage while
    /// jobs start is one, because Quartz cannot repeat a failed start in the same process.
    /// </summary>
    private async Task WatchAsync(Task work, string failure)
    {
        try
        {
            await work;
        }
        catch (Exception exception) when (exception is not OperationCanceledException && !stopping.IsCancellationRequested)
        {
            // An error that an operator can fix is logged as one line, other errors with a stack trace. Messages of Quartz repeat the stack traces of inner
            // exceptions.
            var isOutage = DatabaseOutage.ForLog(exception) is null;
            logger.LogCritical(
                isOutage || exception is UnusableDatabaseException ? null : exception,
                "{Failure}; the service stops: {Reason}",
                failure,
                isOutage ? $"the database does not respond: {DatabaseOutage.FindReason(exception)}" : exception.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (await preparation.PrepareAsync(IsServer, CreatesGallery, cancellationToken) is { } admin)
        {
            OnFirstAdmin?.Invoke(admin);
        }

        database.IsPrepared = true;
        kept.Start();
        await UndoInterruptedUploadsAsync(cancellationToken);
    }

    /// <summary>Deletes the files of uploads that a crash interrupted, once the database responds.</summary>
    private async Task UndoInterruptedUploadsAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var undone = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ReconcileInFlight(), cancellationToken);
                if (undone > 0)
                {
                    logger.LogWarning("{Count} uploads were interrupted when the last process crashed. Their partial files were deleted; they can be sent again", undone);
                }

                return;
            }
            catch (ProblemException exception) when (exception.Problem == Problems.StorageUnavailable)
            {
                logger.LogWarning("Interrupted uploads cannot be undone without the store; the next start tries again: {Reason}", exception.Message);
                return;
            }
            catch (Exception exception) when (DatabaseOutage.Explains(exception))
            {
                logger.LogWarning(DatabaseOutage.ForLog(exception), "Interrupted uploads cannot be undone without the database; trying again: {Reason}", DatabaseOutage.FindReason(exception));
            }

            await Task.Delay(DatabasePreparation.Pause, cancellationToken);
        }
    }

    /// <summary>Corrects the stored schedule each hour, because the clock may have been set, or an instance of another version may have changed it.</summary>
    private async Task KeepScheduleAsync(IScheduler running, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(TimeSpan.FromHours(1), cancellationToken);
                await schedule.CorrectAsync(running, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is SchedulerException || DatabaseOutage.IsDatabaseError(exception))
            {
                logger.LogWarning(DatabaseOutage.ForLog(exception), "The schedule of background jobs could not be checked; trying again in an hour: {Reason}", DatabaseOutage.FindReason(exception));
            }
        }
    }

    private async Task StartJobsAsync(CancellationToken cancellationToken)
    {
        await preparing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (!IsServer || !preparing.IsCompletedSuccessfully || stopping.IsCancellationRequested)
        {
            return;
        }

        scheduler = await schedulers().GetScheduler(cancellationToken);
        await schedule.CorrectAsync(scheduler, cancellationToken);
        await scheduler.Start(cancellationToken);
        correctingSchedule = KeepScheduleAsync(scheduler, stopping.Token);

        // Runs imports immediately, because an admin may be watching an import's progress.
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IImportJobs>().StartAsync(cancellationToken);

        // Removes expired uploads immediately, because the server may stop before the hourly job runs.
        try
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneUploads(), cancellationToken);
        }
        catch (Exception exception) when (DatabaseOutage.IsDatabaseError(exception))
        {
            logger.LogWarning(DatabaseOutage.ForLog(exception), "Expired uploads could not be removed at the start; the hourly job retries: {Reason}", DatabaseOutage.FindReason(exception));
        }

        // Reports an unusable store at the start instead of at the first upload.
        try
        {
            await store.CheckAsync(cancellationToken);
        }
        catch (ProblemException exception) when (exception.Problem == Problems.StorageUnavailable)
        {
            logger.LogError("The {Store} cannot be used: {Reason}", store.Description, exception.Message);
        }
    }
}
