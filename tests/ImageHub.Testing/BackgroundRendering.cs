using ImageHub.Application.Variants;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Testing;

/// <summary>The job that renders large renditions and alternates.</summary>
public static class BackgroundRendering
{
    /// <summary>Runs the job. If the server's own schedule is running it, which only one run at a time may do, waits for the end of that run.</summary>
    public static async Task RenderInBackgroundAsync(this ImageHubServer server, CancellationToken cancellationToken = default)
    {
        await Polling.EventuallyAsync(IsIdleAsync);
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new MakeAlternates(), cancellationToken);
        await Polling.EventuallyAsync(IsIdleAsync);

        // The lock of Locks.TryLockBackgroundRenderingAsync.
        async Task<bool> IsIdleAsync() => await server.SqlAsync(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = x'14B60009'::int AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") is 0L;
    }
}
