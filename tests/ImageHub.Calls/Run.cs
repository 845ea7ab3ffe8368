using System.Text.RegularExpressions;
using ImageHub.Testing;

namespace ImageHub.Calls;

/// <summary>One run: a server of its own, and the calls to it.</summary>
/// <param name="seed">The seed of the calls.</param>
/// <param name="requests">The number of calls; parallel calls may exceed it by a few.</param>
/// <param name="parallel">The number of calls at a time.</param>
/// <param name="slow">The time from which an answer is a finding.</param>
internal sealed partial class Run(int seed, int requests, int parallel, TimeSpan slow)
{
    /// <summary>The number of calls and sequences after which new callers replace the current ones, which calls may have disabled or deleted.</summary>
    private const int CallsPerCast = 200;

    private readonly IdPool pool = new();
    private readonly Findings findings = new();
    private int sent;

    /// <summary>Makes the run.</summary>
    /// <param name="stop">Cancels the run.</param>
    /// <returns>The number of calls, and the findings.</returns>
    public async Task<(int Calls, Findings Findings)> MakeAsync(CancellationToken stop)
    {
        await using var server = new ImageHubProcess();
        foreach (var (name, value) in Settings())
        {
            server.Environment[name] = value;
        }

        using var admin = await server.StartAndSignInAsync();
        var document = new ApiDocument(await admin.GetAsync("/openapi/v1.json", stop).JsonAsync());
        var cast = new Cast(admin.BaseAddress!, pool);
        var generator = new CallGenerator(document, pool, cast, seed);
        var checker = new Checker(document, slow);
        using var wire = new Wire(admin.BaseAddress!);
        for (var number = 0; sent < requests && !stop.IsCancellationRequested; number += CallsPerCast)
        {
            await cast.RenewAsync();
            await Parallel.ForAsync(number, number + CallsPerCast, new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (one, _) =>
            {
                foreach (var call in generator.Make(one))
                {
                    if (Volatile.Read(ref sent) < requests && !stop.IsCancellationRequested)
                    {
                        await SendAsync(call, wire, checker);
                    }
                }
            });
        }

        foreach (var line in server.Output.Split('\n').Where(line => Failure().IsMatch(line)))
        {
            var what = Failure().Match(Identifier().Replace(line, "…")).Value;
            findings.Add($"the server's log: {what[..Math.Min(what.Length, 200)]}", line.Trim());
        }

        return (sent, findings);
    }

    /// <summary>Settings with high rate limits, because a refused call would not reach its operation, and with long sessions.</summary>
    private static IEnumerable<KeyValuePair<string, string>> Settings()
    {
        yield return KeyValuePair.Create("ForwardedHeaders__KnownProxies", "127.0.0.1");
        yield return KeyValuePair.Create("Jwt__AccessTokenSeconds", "86400");
        yield return KeyValuePair.Create("RateLimits__AtWorkPerAddress", "100000");
        foreach (var route in (string[])["InventoryWrites", "InventoryReads", "Archives"])
        {
            yield return KeyValuePair.Create($"RateLimits__Routes__{route}__Burst", "100000");
            yield return KeyValuePair.Create($"RateLimits__Routes__{route}__PerMinute", "100000");
        }
    }

    private async Task SendAsync(Call call, Wire wire, Checker checker)
    {
        Interlocked.Increment(ref sent);
        var answer = await wire.SendAsync(call);
        findings.Answered(answer.Status);
        foreach (var complaint in checker.Check(call, answer))
        {
            findings.Add(complaint, call.ToString());
        }

        if (checker.Reached(call) is [var operation, ..])
        {
            findings.Reached(operation, answer.Status);
            Harvest.Take(operation, call.Target, answer, pool);
        }
    }

    /// <summary>A log line at the level error or critical, or about an unhandled exception.</summary>
    [GeneratedRegex("(?:fail: |crit: |Unhandled exception).*", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Failure();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f-]{27}|request [^ ]+|[0-9]{5,}", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Identifier();
}
