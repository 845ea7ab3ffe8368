using System.Globalization;
using ImageHub.Api;
using ImageHub.Api.Console;
using ImageHub.Application.Storage;
using ImageHub.Infrastructure.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.Faults;

/// <summary>
/// The product's server in a process of this program. Its store, staging folders and database connection have named points, and its clock can jump.
/// Otherwise, it starts and serves as the real program does.
/// </summary>
internal static class PointServer
{
    /// <summary>The argument that starts this server.</summary>
    public const string Argument = "serve";

    /// <summary>The path whose request arms the points.</summary>
    public const string ArmPath = "/faults/arm";

    private const string ClockPath = "/faults/clock/";

    private const string Prefix = "FAULTS_";

    /// <summary>The path whose request moves the clock.</summary>
    public static string JumpPath(int hours) => ClockPath + hours.ToString(CultureInfo.InvariantCulture);

    /// <summary>The environment variables that choose the point of a run.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Environment(Plan plan) =>
    [
        new(Prefix + nameof(Plan.Point), plan.Point.ToString()),
        new(Prefix + nameof(Plan.PointPassing), plan.PointPassing.ToString(CultureInfo.InvariantCulture)),
        new(Prefix + nameof(Plan.Victim), plan.Victim.ToString()),
    ];

    /// <summary>Runs the server until it is stopped.</summary>
    public static async Task<int> RunAsync()
    {
        EarlyQuery.Begin();
        await using var app = ImageHubApp.Build([], builder => Add(builder.Services));
        Banner.Announce(app, Console.Out);
        await app.RunAsync();
        return 0;
    }

    private static void Add(IServiceCollection services)
    {
        var passings = new Passings(
            Enum.Parse<WritePoint>(Read(nameof(Plan.Point))), int.Parse(Read(nameof(Plan.PointPassing)), CultureInfo.InvariantCulture), Read(nameof(Plan.Victim)) == nameof(Victim.PointEnds));
        var clock = new JumpingClock();
        services.AddSingleton<TimeProvider>(clock);
        Decorate<IObjectStore>(services, store => new PointStore(store, passings));
        Decorate<IStaging>(services, staging => new PointStaging(staging, passings));
        services.ConfigureDbContext<ImageHubDb>(options => options.AddInterceptors(PointTransactions.Create(passings)));
        services.AddSingleton<IStartupFilter>(new Responses(passings, clock));
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, T> decorate)
        where T : class
    {
        var registered = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(provider => decorate((T)(registered.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!))));
    }

    private static string Read(string name) => System.Environment.GetEnvironmentVariable(Prefix + name) ?? throw new InvalidOperationException($"{Prefix}{name} is not set.");

    /// <summary>Arms the points and moves the clock on request, and passes a point before the answer to a change is sent.</summary>
    private sealed class Responses(Passings passings, JumpingClock clock) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, following) =>
            {
                if (context.Request.Path == ArmPath)
                {
                    passings.Arm();
                    return;
                }

                if (context.Request.Path.Value!.StartsWith(ClockPath, StringComparison.Ordinal))
                {
                    clock.Jump(TimeSpan.FromHours(int.Parse(context.Request.Path.Value[ClockPath.Length..], CultureInfo.InvariantCulture)));
                    return;
                }

                if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
                {
                    context.Response.OnStarting(() =>
                    {
                        passings.Pass(WritePoint.Respond, () =>
                        {
                            // Simulate an answer that cannot be sent, which ends the connection. Without the abort, Kestrel would answer 500.
                            context.Abort();
                            return new IOException("The answer cannot be sent.");
                        });
                        return Task.CompletedTask;
                    });
                }

                await following(context);
            });
            next(app);
        };
    }
}
