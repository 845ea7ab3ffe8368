using Quartz;

namespace ImageHub.Infrastructure.Jobs;

/// <summary>A job that runs regularly.</summary>
/// <param name="Name">The name of the job's trigger.</param>
/// <param name="Interval">The time between two runs.</param>
internal sealed record RecurringJob(string Name, TimeSpan Interval)
{
    /// <summary>The schedule of the job's trigger. A run that was not possible in time follows as soon as possible.</summary>
    public SimpleScheduleBuilder Schedule =>
        SimpleScheduleBuilder.Create().WithInterval(Interval).RepeatForever().WithMisfireInstruction(SimpleTriggerMisfireInstruction.NowWithExistingCount);
}

/// <summary>The stored triggers of recurring jobs. They outlive restarts, because a server that is restarted often would otherwise never run a daily job.</summary>
internal sealed class StoredSchedule(IEnumerable<RecurringJob> jobs, TimeProvider clock)
{
    /// <summary>
    /// Corrects the stored triggers before the scheduler starts. Jobs that were due while no server ran become due now. Triggers of another version get the
    /// intervals of this version. A next run that is further in the future than the interval, because the clock was ahead when it was stored, becomes due now.
    /// </summary>
    public async Task CorrectAsync(IScheduler scheduler, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var job in jobs)
        {
            var key = new TriggerKey(job.Name);
            if (await scheduler.GetTrigger(key, cancellationToken) is ISimpleTrigger { NextFireTimeUtc: { } due } stored)
            {
                var isPlausible = now <= due && due <= now + job.Interval;
                if (!isPlausible || stored.RepeatInterval != job.Interval || stored.MisfireInstructionCode != (int)SimpleTriggerMisfireInstruction.NowWithExistingCount)
                {
                    await scheduler.RescheduleJob(key, stored.GetTriggerBuilder().StartAt(isPlausible ? due : now).WithSimpleSchedule(job.Schedule).Build(), cancellationToken);
                }
            }
        }
    }
}
