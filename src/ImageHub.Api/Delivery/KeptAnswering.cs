using System.Runtime.ExceptionServices;
using ImageHub.Api.Errors;
using ImageHub.Application.Delivery;
using Microsoft.AspNetCore.OutputCaching;

namespace ImageHub.Api.Delivery;

/// <summary>Answers from what is kept, also when the database has just gone away.</summary>
internal static class KeptAnswering
{
    /// <summary>Larger answers are not kept: bytes.</summary>
    private const long MaxAnswerBytes = 2 * 1024 * 1024;

    /// <summary>Where the failure stands of which a kept answer is looked for.</summary>
    private static readonly object Failure = new();

    public static IServiceCollection AddKeptAnswers(this IServiceCollection services)
    {
        services.AddSingleton<IOutputCacheStore, KeptAnswerStore>();
        return services.AddOutputCache(cache =>
        {
            cache.MaximumBodySize = MaxAnswerBytes;

            // Two file names may differ by case alone.
            cache.UseCaseSensitivePaths = true;
        });
    }

    /// <summary>To stand after routing, and before everything that asks the database.</summary>
    public static void UseKeptAnswers(this WebApplication app)
    {
        app.Use(SettleChangesAsync);
        app.Use(FallBackAsync);
        app.UseOutputCache();
        app.Use((context, next) =>
        {
            // Nothing is kept that answers the request.
            (context.Items[Failure] as ExceptionDispatchInfo)?.Throw();
            return next(context);
        });
    }

    /// <summary>A change is answered once this instance has dropped what it touches.</summary>
    private static Task SettleChangesAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.OnStarting(
                static state =>
                {
                    // What failed has changed nothing, or is not answered for.
                    var http = (HttpContext)state;
                    return http.Response.StatusCode < StatusCodes.Status400BadRequest ? http.RequestServices.GetRequiredService<IKeptAnswers>().SettleAsync() : Task.CompletedTask;
                },
                context);
        }

        return next(context);
    }

    private static async Task FallBackAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (KeepsAnswerAttribute.IsFor(context.Request) && !context.Response.HasStarted && ProblemMapping.IsOutage(exception))
        {
            var kept = context.RequestServices.GetRequiredService<IKeptAnswers>();
            await kept.ReportOutageAsync();
            if (await kept.CheckAsync() != KeptAnswerUse.Stale)
            {
                throw;
            }

            context.Items[Failure] = ExceptionDispatchInfo.Capture(exception);
            await next(context);
        }
    }
}
