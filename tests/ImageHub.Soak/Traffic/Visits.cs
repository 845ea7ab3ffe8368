using System.Net;
using System.Text.Json;
using ImageHub.Testing;

namespace ImageHub.Soak.Traffic;

/// <summary>A visitor opens a group's page, looks at the previews and opens a photo.</summary>
internal static class Visits
{
    /// <summary>The kinds of requests that visitors wait for.</summary>
    public static readonly string[] Kinds = ["read page", "read list", "read low", "read high"];

    private const int Previews = 6;

    public static async Task ActAsync(Gallery gallery, Answers answers, Random random)
    {
        var group = gallery.Choose(random);
        await AskAsync(Kinds[0], group.Page);
        var list = await AskAsync(Kinds[1], $"/api/v1/groups/{group.Id}/images?pageSize=50");
        if (!list.IsSuccess)
        {
            return;
        }

        var photos = JsonSerializer.Deserialize<JsonElement>(list.Body).Items();
        foreach (var photo in photos.Take(Previews))
        {
            await AskAsync(Kinds[2], photo.GetProperty("low").Text("url")!);
        }

        if (photos.Count > 0)
        {
            await AskAsync(Kinds[3], photos[random.Next(photos.Count)].GetProperty("high").Text("url")!);
        }

        // A photo may have been deleted or replaced since the list was read.
        Task<Answer> AskAsync(string kind, string path) => answers.AskAsync(kind, () => gallery.Visitor.SendAsync(Gallery.NewRequest(path, random)), HttpStatusCode.NotFound);
    }
}
