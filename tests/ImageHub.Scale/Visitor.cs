using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.Scale;

/// <summary>A visitor who pages through these groups and looks at their photos.</summary>
internal sealed class Visitor(HttpClient http, Func<Counts> phase, IReadOnlyList<Guid> groups, Random random) : Client(http, phase)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public override async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await ListAsync("/api/v1/groups");
            if (await ListAsync($"/api/v1/groups/{Choose(groups)}/images?page={random.Next(1, 3)}&pageSize=6") is { Count: > 0 } images)
            {
                foreach (var size in (string[])["low", "low", "medium", "high"])
                {
                    var photo = Choose(images).GetProperty(size);
                    await AskAsync(
                        () => Http.GetAsync(photo.Text("url"), CancellationToken.None),
                        async answer => ((await answer.Content.ReadAsByteArrayAsync(CancellationToken.None)).Length == photo.GetProperty("bytes").GetInt32() ? Outcome.Good : Outcome.Wrong, 0));
                    await Task.Delay(Pause, CancellationToken.None);
                }
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private T Choose<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string url)
    {
        IReadOnlyList<JsonElement> items = [];
        await AskAsync(() => Http.GetAsync(url), async answer =>
        {
            items = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStreamAsync()).Items();
            return (items.Count > 0 ? Outcome.Good : Outcome.Wrong, 0);
        });
        return items;
    }
}
