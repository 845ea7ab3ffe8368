using System.Globalization;
using ImageHub.Client;

namespace ImageHub.Api.Console.Adding;

/// <summary>A group on the server.</summary>
/// <param name="Id">The group's id.</param>
/// <param name="IsNew">Whether this run created the group.</param>
internal sealed record TargetGroup(Guid Id, bool IsNew);

/// <summary>The gallery's groups, found by their titles or by their places.</summary>
/// <param name="server">The server.</param>
/// <param name="isNested">Whether the group above must match, too. Otherwise, the title is sufficient.</param>
internal sealed class Gallery(ServerClient server, bool isNested)
{
    private const int PageSize = 100;

    /// <summary>Finds or creates the group of each place. If several groups match, uses the first in the gallery's order.</summary>
    /// <param name="places">The places, without duplicates, each after the place above it.</param>
    /// <param name="isPublished">Whether new groups are visible to visitors immediately.</param>
    /// <param name="stop">Cancels the operation.</param>
    /// <exception cref="CannotAddException">The groups cannot be listed, or a group cannot be created.</exception>
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

            try
            {
                var body = new CreateGroup { Title = place.Title, IsPublished = isPublished, ParentId = parentId };
                groups[place] = new TargetGroup((await server.SendAsync(client => client.GroupsCreateAsync(body, CancellationToken.None), stop)).Id, IsNew: true);
            }
            catch (ApiException refused)
            {
                throw new CannotAddException($"The group '{place.Title}' cannot be created: {refused.Reason()}");
            }
        }

        return groups;
    }

    /// <summary>Deletes a group of this run if it has neither images nor groups below, and if the credentials allow it.</summary>
    public async Task RemoveIfEmptyAsync(Guid groupId)
    {
        if (await server.TrySendAsync(client => client.GroupsGetAsync(groupId), CancellationToken.None) is { ImageCount: 0, GroupCount: 0 } empty)
        {
            await server.TrySendAsync(
                async client =>
                {
                    await client.GroupsDeleteAsync(groupId);
                    return empty;
                },
                CancellationToken.None);
        }
    }

    /// <summary>
    /// Finds the group whose title equals the given title in Unicode NFC; macOS has names in NFD. The server searches titles and descriptions in NFC. This
    /// program runs without Unicode's tables of compositions, so it compares the found titles by <see cref="CanBeComposed"/>.
    /// </summary>
    private async Task<GroupResponse?> FindComposedAsync(string title, Guid? parentId, CancellationToken stop)
    {
        if (!title.Any(IsMark))
        {
            return null;
        }

        var page = await server.TrySendAsync(client => client.GroupsListAsync(q: title, pageSize: PageSize, cancellationToken: CancellationToken.None), stop);
        return page?.Items.FirstOrDefault(group => CanBeComposed(group.Title, title) && IsAt(parentId, group));

        static bool IsMark(char character) => char.GetUnicodeCategory(character) == UnicodeCategory.NonSpacingMark;
    }

    /// <summary>Whether two texts are equal except for characters that are decomposed in one text and shorter in the other, such as a letter with its accents.</summary>
    private static bool CanBeComposed(string composed, string decomposed)
    {
        var (characters, others) = (Split(composed), Split(decomposed));
        return characters.Count == others.Count && characters.Zip(others).All(pair => pair.First == pair.Second || (pair.First.Length < pair.Second.Length && !char.IsAscii(pair.First[0])));

        static List<string> Split(string text)
        {
            var elements = StringInfo.GetTextElementEnumerator(text);
            var found = new List<string>();
            while (elements.MoveNext())
            {
                found.Add(elements.GetTextElement());
            }

            return found;
        }
    }

    private bool IsAt(Guid? parentId, GroupResponse group) => !isNested || group.ParentId == parentId;

    /// <summary>Finds the groups with these titles, in the gallery's order.</summary>
    private async Task<List<GroupResponse>> FindAsync(HashSet<string> titles, CancellationToken stop)
    {
        var groups = new List<GroupResponse>();
        try
        {
            for (var cursor = ""; cursor is not null;)
            {
                var asked = cursor;
                var page = await server.SendAsync(client => client.GroupsListAsync(cursor: asked, pageSize: PageSize, cancellationToken: CancellationToken.None), stop);
                groups.AddRange(page.Items.Where(group => titles.Contains(group.Title)));
                cursor = page.NextCursor;
            }
        }
        catch (ApiException refused)
        {
            throw new CannotAddException($"The groups cannot be listed: {refused.Reason()}");
        }

        return groups;
    }
}
