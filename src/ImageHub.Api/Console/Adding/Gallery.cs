using System.Security.Cryptography;

namespace ImageHub.Api.Console.Adding;

/// <summary>A group on the server.</summary>
/// <param name="Id">Its id.</param>
/// <param name="HadImages">Whether it had images before.</param>
/// <param name="IsNew">Whether this run has made it.</param>
internal sealed record TargetGroup(Guid Id, bool HadImages, bool IsNew);

/// <summary>The gallery's groups, found by their titles.</summary>
/// <param name="server">The server.</param>
internal sealed class Gallery(ServerClient server) : IDisposable
{
    private const string Groups = "api/v1/groups";

    private readonly SemaphoreSlim turn = new(1, 1);
    private Dictionary<string, TargetGroup>? byTitle;

    /// <summary>The group of that title: the first one in the gallery's order, or a new one.</summary>
    /// <exception cref="CannotAddException">It cannot be made.</exception>
    public async Task<TargetGroup> FindOrCreateAsync(string title, CancellationToken stop)
    {
        await turn.WaitAsync(stop);
        try
        {
            byTitle ??= await ListAsync(stop);
            if (byTitle.TryGetValue(title, out var found))
            {
                return found;
            }

            var answer = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Post, Groups) { Content = JsonContent.Create(new { title }) }, stop);
            return answer.IsSuccess
                ? byTitle[title] = new TargetGroup(answer.Id, HadImages: false, IsNew: true)
                : throw new CannotAddException($"The group '{title}' cannot be made: {answer.Reason}");
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The image of a group that has these bytes, or null.</summary>
    public async Task<Guid?> FindImageAsync(Guid groupId, string path, CancellationToken stop)
    {
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var sha256 = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stop));
        var answer = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"api/v1/images?groupId={groupId}&sha256={sha256}&limit=1"), stop);
        return answer.IsSuccess && answer.Items.FirstOrDefault() is { ValueKind: System.Text.Json.JsonValueKind.Object } image ? image.GetProperty("id").GetGuid() : null;
    }

    /// <summary>Puts rows into the folder's order: the images of a group or, without one, the groups.</summary>
    /// <returns>False when the server refuses; nothing is lost then but the order.</returns>
    public async Task<bool> OrderAsync(Guid? groupId, IReadOnlyCollection<(Guid Id, bool IsNew)> rows)
    {
        var route = groupId is null ? $"{Groups}/order" : $"{Groups}/{groupId}/order";
        foreach (var (after, ids) in OrderBlocks.Find(rows))
        {
            var answer = await server.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Put, route) { Content = JsonContent.Create(new { ids, after }) }, CancellationToken.None);
            if (!answer.IsSuccess)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Takes back a group that this run has made and nothing went into.</summary>
    public async Task RemoveIfEmptyAsync(Guid groupId)
    {
        var group = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"{Groups}/{groupId}"), CancellationToken.None);
        if (group.IsSuccess && group.Body.GetProperty("imageCount").GetInt32() == 0)
        {
            await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, $"{Groups}/{groupId}"), CancellationToken.None);
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task<Dictionary<string, TargetGroup>> ListAsync(CancellationToken stop)
    {
        var groups = new Dictionary<string, TargetGroup>(StringComparer.Ordinal);
        for (var cursor = ""; cursor is not null;)
        {
            var asked = cursor;
            var page = await server.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Get, $"{Groups}?cursor={Uri.EscapeDataString(asked)}&pageSize=100"), stop);
            if (!page.IsSuccess)
            {
                throw new CannotAddException($"The groups cannot be listed: {page.Reason}");
            }

            foreach (var group in page.Items)
            {
                groups.TryAdd(
                    group.GetProperty("title").GetString()!,
                    new TargetGroup(group.GetProperty("id").GetGuid(), group.GetProperty("imageCount").GetInt32() > 0, IsNew: false));
            }

            cursor = page.Text("nextCursor");
        }

        return groups;
    }
}
