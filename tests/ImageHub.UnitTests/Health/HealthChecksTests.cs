using System.Reflection;
using ImageHub.Api.Health;
using ImageHub.Application.Backups;
using ImageHub.Application.RateLimits;
using ImageHub.Application.Storage;
using ImageHub.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageHub.UnitTests.Health;

public sealed class HealthChecksTests
{
    [Fact]
    public async Task A_report_about_hanging_dependencies_is_returned_within_three_seconds()
    {
        var clock = new ManualClock();
        using var release = new ManualResetEventSlim();
        var checks = new HealthChecks(Hanging.Create<IServiceScopeFactory>(release), Hanging.Create<IObjectStore>(release), Hanging.Create<IRateLimiter>(release), Options.Create(new BackupOptions { Schedule = "02:30" }), clock, NullLogger<HealthChecks>.Instance);

        var answer = checks.AskAsync();
        clock.Advance(TimeSpan.FromSeconds(3));

        (await answer.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ShouldBe(("timeout", "timeout", "timeout", "timeout"));

        // A second request shares the hanging checks, and takes no longer.
        var again = checks.AskAsync();
        clock.Advance(TimeSpan.FromSeconds(3));
        (await again.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken)).ShouldBe(("timeout", "timeout", "timeout", "timeout"));
        release.Set();
    }

    /// <summary>
    /// A port that never answers. Methods that return <c>Task</c> or a task of a bool never complete, and methods that return a bool return true. All other
    /// methods block until the test ends.
    /// </summary>
#pragma warning disable CA1852 // The proxy is created at run time and inherits from this class.
    private class Hanging : DispatchProxy
#pragma warning restore CA1852
    {
        private ManualResetEventSlim release = null!;

        internal static T Create<T>(ManualResetEventSlim release)
            where T : class
        {
            var port = Create<T, Hanging>();
            ((Hanging)(object)port).release = release;
            return port;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var returned = targetMethod!.ReturnType;
            if (returned == typeof(bool))
            {
                return true;
            }

            if (returned == typeof(Task))
            {
                return new TaskCompletionSource().Task;
            }

            if (returned == typeof(Task<bool>))
            {
                return new TaskCompletionSource<bool>().Task;
            }

            release.Wait();
            throw new InvalidOperationException("The test is over.");
        }
    }
}
