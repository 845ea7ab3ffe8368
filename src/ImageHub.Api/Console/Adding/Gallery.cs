using System.Globalization;
using System.Text.Json;

namespace ImageHub.Api.Console.Adding;

/// <summary>A group on the server.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsNew">Whether this run created the group.</param>
internal sealed record TargetGroup(Guid Id, bool IsNew);

/// <summary>The gallery's groups, found by their titles.</summary>
/// <param name="server">The server.</param>
internal sealed class Gallery(ServerClient server)
{
    private const string Groups = "api/v1/groups";

    /// <summary>Finds the first group with each title in the gallery's order, or creates it.</summary>
    /// <param name="titles">The titles, without duplicates.</param>
    /// <param name="isPublished">Whether new groups are visible to visitors immediately.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <exception cref="CannotAddException">A group cannot be created.</exception>
    public async Task<Dictionary<string, TargetGroup>> FindOrCreateAsync(IReadOnlyCollection<string> titles, bool isPublished, CancellationToken stop)
    {
        var groups = await FindAsync(titles.ToHashSet(StringComparer.Ordinal), stop);

        // In reverse order, because a new group is placed before all others.
        foreach (var title in titles.Reverse().Where(title => !groups.ContainsKey(title)))
        {
            if (await FindComposedAsync(title, stop) is { } composed)
            {
                groups[title] = composed;
                continue;
            }

            var answer = await server.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Post, Groups) { Content = JsonContent.Create(new { title, isPublished }) }, stop);
            groups[title] = answer.IsSuccess
                ? new TargetGroup(answer.Id, IsNew: true)
                : throw new CannotAddException($"The group '{title}' cannot be created: {answer.Reason}");
        }

        return groups;
    }

    /// <summary>Deletes a group that this run created and that stayed empty, if the credentials allow it.</summary>
    public async Task RemoveIfEmptyAsync(Guid groupId)
    {
        var group = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"{Groups}/{groupId}"), CancellationToken.None);
        if (group.IsSuccess && group.Body.GetProperty("imageCount").GetInt32() == 0)
        {
            await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, $"{Groups}/{groupId}"), CancellationToken.None);
        }
    }

    /// <summary>
    /// Finds the group whose title equals this one in Unicode NFC; macOS has names in NFD. The server compares in NFC and returns titles that
    /// contain the text, so the title with the same number of base characters is the match.
    /// </summary>
    private async Task<TargetGroup?> FindComposedAsync(string title, CancellationToken stop)
    {
        if (!title.Any(IsMark))
        {
            return null;
        }

        var page = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"{Groups}?q={Uri.EscapeDataString(title)}&pageSize=100"), stop);
        var found = page.IsSuccess ? page.Items("items").FirstOrDefault(group => CountBase(group.GetProperty("title").GetString()!) == CountBase(title)) : default;
        return found.ValueKind == JsonValueKind.Object ? new TargetGroup(found.GetProperty("id").GetGuid(), IsNew: false) : null;

        static int CountBase(string text) => text.Count(character => !IsMark(character));

        static bool IsMark(char character) => char.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark;
    }

    private async Task<Dictionary<string, TargetGroup>> FindAsync(HashSet<string> titles, CancellationToken stop)
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

            foreach (var group in page.Items("items").Where(group => titles.Contains(group.GetProperty("title").GetString()!)))
            {
                groups.TryAdd(group.GetProperty("title").GetString()!, new TargetGroup(group.GetProperty("id").GetGuid(), IsNew: false));
            }

            cursor = page.Text("nextCursor");
        }

        return groups;
    }
}
