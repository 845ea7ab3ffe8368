using MediatR;

namespace ImageHub.Application.Images;

/// <summary>
/// A job that processes images in batches. Each batch is recorded before the next batch is read, so an interrupted job continues where it stopped.
/// </summary>
/// <typeparam name="TJob">The request that runs the job.</typeparam>
/// <typeparam name="TImage">The values of an image that the job reads.</typeparam>
internal abstract class ImageJobHandler<TJob, TImage> : IRequestHandler<TJob>
    where TJob : IRequest
{
    public async Task<Unit> Handle(TJob request, CancellationToken cancellationToken)
    {
        if (await TryBeginAsync(cancellationToken))
        {
            try
            {
                while (await ReadNextAsync(cancellationToken) is { Count: > 0 } batch)
                {
                    await ProcessAsync(batch, cancellationToken);
                }
            }
            finally
            {
                await EndAsync();
            }
        }

        return Unit.Value;
    }

    /// <summary>Prepares a run.</summary>
    /// <returns>False if there is nothing to do, or another instance runs the job.</returns>
    protected virtual Task<bool> TryBeginAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <summary>Reads the next batch. An empty batch ends the run.</summary>
    protected abstract Task<List<TImage>> ReadNextAsync(CancellationToken cancellationToken);

    /// <summary>Processes a batch and records its completion.</summary>
    protected abstract Task ProcessAsync(List<TImage> batch, CancellationToken cancellationToken);

    /// <summary>Ends a run for which <see cref="TryBeginAsync"/> returned true. Also called after an error.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;
}
