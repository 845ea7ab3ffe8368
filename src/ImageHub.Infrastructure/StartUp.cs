using System.Data.Common;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Imaging;
using ImageHub.Application.OneDrive;
using ImageHub.Application.Storage;
using ImageHub.Application.Uploads;
using ImageHub.Infrastructure.Database;
using ImageHub.Infrastructure.Delivery;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quartz;

namespace ImageHub.Infrastructure;

/// <summary>Starts the real parts in order, before anything listens; a database elsewhere may also come later.</summary>
public sealed class StartUp : IHostedLifecycleService, IAsyncDisposable
{
    private readonly DatabaseServer server;
    private readonly DatabasePreparation preparation;
    private readonly DatabaseState database;
    private readonly KeptAnswers kept;
    private readonly IImageRenderer renderer;
    private readonly Func<ISchedulerFactory> schedulers;
    private readonly IServiceScopeFactory scopes;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ILogger<StartUp> logger;
    private readonly CancellationTokenSource stopping = new();
    private readonly Func<string[]> describe;
    private Task preparing = Task.CompletedTask;
    private Task startingJobs = Task.CompletedTask;
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
        IHostApplicationLifetime lifetime,
        ILogger<StartUp> logger)
    {
        this.server = server;
        this.preparation = preparation;
        this.database = database;
        this.kept = kept;
        this.renderer = renderer;
        this.schedulers = schedulers;
        this.scopes = scopes;
        this.lifetime = lifetime;
        this.logger = logger;
        describe = () => [$"data in {data.Path}", store.Description, server.Description, renderer.Description];
    }

    /// <summary>What the service runs on, a line each.</summary>
    public IReadOnlyList<string> Parts => describe();

    /// <summary>
    /// Is told of the admin that this start makes, as soon as it is there: the rest of the start may still fail, or the database
    /// come much later, and a generated password is known nowhere else.
    /// </summary>
    public Action<FirstAdmin>? OnFirstAdmin { get; set; }

    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(renderer.StartAsync(cancellationToken), server.StartAsync(cancellationToken));
        preparing = PrepareAsync(stopping.Token);

        // Asked to stop before it has started: the container must not be disposed of under what goes on here.
        await using var ending = cancellationToken.Register(stopping.Cancel);

        // Our own database is there or the start has failed. Another one may be away for a while: then the service starts without it.
        await Task.WhenAny(preparing, Task.Delay(server.IsEmbedded ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(5), CancellationToken.None));
        if (preparing.IsCompleted)
        {
            await preparing;
        }
        else
        {
            _ = WatchAsync(preparing);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        // Not before: a start that fails on a taken port would have to stop jobs that have just begun.
        startingJobs = StartJobsAsync(stopping.Token);
        _ = WatchAsync(startingJobs);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Ends background work. Services are stopped in the reverse order of their start, and Kestrel, which ASP.NET Core adds last, is the
    /// first of them: its requests have ended by now.
    /// </summary>
    /// <param name="cancellationToken">Not used: requests may have taken all of the host's time, and jobs, which are interrupted, end soon.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await Task.WhenAll(preparing, startingJobs).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (scheduler is not null)
        {
            await scheduler.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
            scheduler = null;
        }

        // Not before: what jobs change is to be heard of.
        await kept.StopAsync();
    }

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // The container knows this object under two types, and disposes of it twice.
        if (isDisposed)
        {
            return;
        }

        // A start that failed half-way, on a port that is taken for example, is disposed of without having been stopped.
        isDisposed = true;
        await StopAsync(CancellationToken.None);
        stopping.Dispose();
    }

    /// <summary>Ends the service when what goes on in the background fails for another reason than an absent server.</summary>
    private async Task WatchAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // What a person can mend is one line; a mistake of the program comes with its stack trace.
            logger.LogCritical(exception is UnusableDatabaseException ? null : exception, "The database cannot be prepared, the service stops: {Reason}", exception.Message);
            Environment.ExitCode = 1;
            lifetime.StopApplication();
        }
    }

    private async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (await preparation.PrepareAsync(cancellationToken) is { } admin)
        {
            OnFirstAdmin?.Invoke(admin);
        }

        database.IsPrepared = true;
        kept.Start();
        await using var scope = scopes.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var undone = await mediator.Send(new ReconcileInFlight(), cancellationToken);
        if (undone > 0)
        {
            logger.LogWarning("{Count} files were in flight when the last process died; nothing of them is left, they can be sent again", undone);
        }
    }

    private async Task StartJobsAsync(CancellationToken cancellationToken)
    {
        await preparing.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        if (!preparing.IsCompletedSuccessfully || cancellationToken.IsCancellationRequested)
        {
            return;
        }

        // Once begun to its end, which a stop waits for: half of Quartz's tables would be worse than none.
        scheduler = await schedulers().GetScheduler(CancellationToken.None);
        await scheduler.Start(CancellationToken.None);

        // Not at the next full minute: somebody may be watching an import's progress.
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IImportJobs>().StartAsync(CancellationToken.None);

        // Nor an hour later, by which a server that is started for a moment may be gone.
        try
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneUploads(), cancellationToken);
        }
        catch (Exception exception) when (exception is DbException or DbUpdateException or InvalidOperationException { InnerException: DbException })
        {
            logger.LogWarning("Ended uploads were not removed at the start; the hourly job does it: {Reason}", exception.Message);
        }
    }
}
