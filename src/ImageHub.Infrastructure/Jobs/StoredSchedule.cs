using Quartz;

namespace ImageHub.Infrastructure.Jobs;

/// <summary>A job that runs regularly.</summary>
/// <param name="JobType">The job's class.</param>
/// <param name="Name">The name of the job's trigger. The database keeps it, so another name is another job.</param>
/// <param name="Interval">The time between two runs.</param>
internal sealed record RecurringJob(Type JobType, string Name, TimeSpan Interval)
{
    /// <summary>The schedule of the job's trigger. A run that was not possible in time follows as soon as possible.</summary>
    public SimpleScheduleBuilder Schedule =>
        SimpleScheduleBuilder.Create().WithInterval(Interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NowWithExistingCount);
}

/// <summary>The stored triggers of recurring jobs. They outlive restarts, because a server that is restarted often would otherwise never run a daily job.</summary>
internal sealed class StoredSchedule(IEnumerable<RecurringJob> jobs, TimeProvider clock)
{
    /// <summary>
    /// Corrects the stored triggers: triggers of another version get the intervals of this version, a next run that is further in the future than the interval,
    /// because the clock was ahead when it was stored, becomes due now, and a job gets its class again, which another version may have named otherwise.
    /// </summary>
    public async Task CorrectAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var job in jobs)
        {
            var key = new TriggerKey(job.Name);
            if (await scheduler.GetTrigger(key, cancellationToken) is not ISimpleTrigger { NextFireTimeUtc: { } due } stored)
            {
                continue;
            }

            var isPlausible = due <= now + job.Interval;
            if (!isPlausible || stored.RepeatInterval != job.Interval || stored.MisfireInstructionCode != (int)SimpleTriggerMisfireInstruction.NowWithExistingCount)
            {
                await scheduler.RescheduleJob(key, stored.GetTriggerBuilder().StartAt(isPlausible ? due : now).WithSimpleSchedule(job.Schedule).Build(), cancellationToken);
            }

            if (await scheduler.GetJobDetail(stored.JobKey, cancellationToken) is { } detail && detail.JobType.FullName != new JobType(job.JobType).FullName)
            {
                await scheduler.AddJob(detail.GetJobBuilder().OfType(job.JobType).Build(), AddJobOptions.ReplacingAndStoringNonDurable, cancellationToken);
            }

            // A trigger whose class was not found.
            if (await scheduler.GetTriggerState(key, cancellationToken) == TriggerState.Error)
            {
                await scheduler.ResetTriggerFromErrorState(key, cancellationToken);
            }
        }
    }
}
