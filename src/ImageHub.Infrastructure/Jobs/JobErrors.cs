using ImageHub.Application.Database;
using Microsoft.Extensions.Logging;
using Quartz;

namespace ImageHub.Infrastructure.Jobs;

/// <summary>
/// Logs the errors of the scheduler and of its jobs; an outage of the database becomes one line. <c>appsettings.json</c> turns off Quartz's loggers of
/// these errors, because their messages repeat the stack traces of all inner exceptions.
/// </summary>
internal sealed class JobErrors(ILogger<JobErrors> logger) : ISchedulerListener
{
    public ValueTask SchedulerError(IScheduler scheduler, SchedulerErrorContext context, CancellationToken cancellationToken = default)
    {
        if (DatabaseOutage.ForLog(context.Exception) is null)
        {
            logger.LogWarning("Background jobs wait for the database: {Reason}", DatabaseOutage.FindReason(context.Exception));
        }
        else
        {
            logger.LogError(context.Exception, "{Message}", context.Message);
        }

        return ValueTask.CompletedTask;
    }
}
