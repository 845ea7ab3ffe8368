using System.Globalization;
using System.Text.Json;

namespace ImageHub.Api.Console.Adding;

/// <summary>A group on the server.</summary>
/// <param name="Id">Its id.</param>
/// <param name="IsNew">Whether this run created the group.</param>
internal sealed record TargetGroup(Guid Id, bool IsNew);

/// <summary>The gallery's groups, found by their titles or by their places.</summary>
/// <param name="server">The server.</param>
/// <param name="isNested">Whether a group must have the given group above. Otherwise its title is sufficient.</param>
internal sealed class Gallery(ServerClient server, bool isNested)
{
    private const string Groups = "api/v1/groups";

    /// <summary>Finds the first group at each place in the gallery's order, or creates it.</summary>
    /// <param name="places">The places, without duplicates, each after the place above it.</param>
    /// <param name="isPublished">Whether new groups are visible to visitors immediately.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <exception cref="CannotAddException">A group cannot be created.</exception>
    public async Task<Dictionary<GroupPlace, TargetGroup>> FindOrCreateAsync(IReadOnlyCollection<GroupPlace> places, bool isPublished, CancellationToken stop)
    {
        var known = await FindAsync(places.Select(place => place.Title).ToHashSet(StringComparer.Ordinal), stop);
        var groups = new Dictionary<GroupPlace, TargetGroup>();

        // Level by level, and in reverse order within a level, because a new group is placed before all others.
        foreach (var place in places.Reverse().OrderBy(place => place.WithAbove().Count()))
        {
            var parentId = place.Parent is null ? (Guid?)null : groups[place.Parent].Id;
            var found = known.Find(group => group.Title == place.Title && IsAt(parentId, group)) ?? await FindComposedAsync(place.Title, parentId, stop);
            if (found is not null)
            {
                groups[place] = new TargetGroup(found.Id, IsNew: false);
                continue;
            }

            var answer = await server.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Post, Groups) { Content = JsonContent.Create(new { title = place.Title, isPublished, parentId }) }, stop);
            groups[place] = answer.IsSuccess
                ? new TargetGroup(answer.Id, IsNew: true)
                : throw new CannotAddException($"The group '{place.Title}' cannot be created: {answer.Reason}");
        }

        return groups;
    }

    /// <summary>Deletes a group that this run created and that stayed without images and groups below, if the credentials allow it.</summary>
    public async Task RemoveIfEmptyAsync(Guid groupId)
    {
        var group = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"{Groups}/{groupId}"), CancellationToken.None);
        if (group.IsSuccess && group.Body.GetProperty("imageCount").GetInt32() == 0 && group.Body.GetProperty("groupCount").GetInt32() == 0)
        {
            await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Delete, $"{Groups}/{groupId}"), CancellationToken.None);
        }
    }

    /// <summary>
    /// Finds the group whose title equals this one in Unicode NFC; macOS has names in NFD. The server compares in NFC and returns titles that
    /// contain the text, so the title with the same number of base characters is the match.
    /// </summary>
    private async Task<FoundGroup?> FindComposedAsync(string title, Guid? parentId, CancellationToken stop)
    {
        if (!title.Any(IsMark))
        {
            return null;
        }

        var page = await server.SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"{Groups}?q={Uri.EscapeDataString(title)}&pageSize=100"), stop);
        return page.IsSuccess ? page.Items("items").Select(FoundGroup.From).FirstOrDefault(group => CountBase(group.Title) == CountBase(title) && IsAt(parentId, group)) : null;

        static int CountBase(string text) => text.Count(character => !IsMark(character));

        static bool IsMark(char character) => char.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark;
    }

    private bool IsAt(Guid? parentId, FoundGroup group) => !isNested || group.ParentId == parentId;

    /// <summary>Finds the groups with these titles, in the gallery's order.</summary>
    private async Task<List<FoundGroup>> FindAsync(HashSet<string> titles, CancellationToken stop)
    {
        var groups = new List<FoundGroup>();
        for (var cursor = ""; cursor is not null;)
        {
            var asked = cursor;
            var page = await server.SendAsync(
                () => new HttpRequestMessage(HttpMethod.Get, $"{Groups}?cursor={Uri.EscapeDataString(asked)}&pageSize=100"), stop);
            if (!page.IsSuccess)
            {
                throw new CannotAddException($"The groups cannot be listed: {page.Reason}");
            }

            groups.AddRange(page.Items("items").Select(FoundGroup.From).Where(group => titles.Contains(group.Title)));
            cursor = page.Text("nextCursor");
        }

        return groups;
    }

    private sealed record FoundGroup(Guid Id, string Title, Guid? ParentId)
    {
        public static FoundGroup From(JsonElement group) => new(
            group.GetProperty("id").GetGuid(),
            group.GetProperty("title").GetString()!,
            group.GetProperty("parentId") is { ValueKind: JsonValueKind.String } parent ? parent.GetGuid() : null);
    }
}
