using System.Diagnostics;
using ImageHub.Testing;

namespace ImageHub.Benchmarks;

/// <summary>The time from the start of the process to its first page of groups, and the idle memory.</summary>
internal static class StartRows
{
    private const int Rounds = 5;

    // Slightly longer than the first jobs run after a start.
    private static readonly TimeSpan UntilIdle = TimeSpan.FromSeconds(20);

    public static async Task<List<Row>> MeasureAsync()
    {
        Row first = new("from the start of the process to the first answer, with an empty data directory", "s", null, 4) { IsAtMost = true };
        Row later = new("from the start of the process to the first answer, at later starts", "s", null, 2) { IsAtMost = true };
        Row idle = new("the server's resident memory, idle", "MB", null, 150) { IsAtMost = true };
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = new ImageHubProcess(Tools.NewFolder()) { IsFirstStart = true };
            server.Environment["Passwords__Cost"] = "12";
            first.Ours.Add(await AnswerAsync(server));
            await server.StopAsync();
            later.Ours.Add(await AnswerAsync(server));
            await Task.Delay(UntilIdle);
            idle.Ours.Add((server.ResidentBytes() - server.WorkersResidentBytes().Sum()) / 1e6);
        }

        return [first, later, idle];
    }

    private static async Task<double> AnswerAsync(ImageHubProcess server)
    {
        var began = Stopwatch.GetTimestamp();
        using var client = await server.StartAsync();
        while (true)
        {
            using var answer = await client.GetAsync(new Uri("/api/v1/groups", UriKind.Relative));
            if (answer.IsSuccessStatusCode)
            {
                return Stopwatch.GetElapsedTime(began).TotalSeconds;
            }

            await Task.Delay(10);
        }
    }
}
