using System.Net.Http.Headers;
using ImageHub.Client;

namespace ImageHub.ApiTests.OpenApi.Clients;

/// <summary>The main job as a C# program.</summary>
internal static class MainJob
{
    /// <summary>Runs the main job.</summary>
    /// <param name="newClient">Creates an HTTP client with the server's address.</param>
    /// <param name="password">The admin's password.</param>
    /// <param name="photos">Three photos.</param>
    /// <returns>A line for each step.</returns>
    public static async Task<string[]> RunAsync(Func<HttpClient> newClient, string password, byte[][] photos)
    {
        var lines = new List<string>();
        using var http = newClient();
        var hub = new ImageHubClient(http);
        var tokens = await hub.AuthLoginAsync(new Login { UserName = "admin", Password = password });
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken);
        lines.Add($"{(await hub.AuthMeAsync()).UserName} signed in");

        var group = await hub.GroupsCreateAsync(new CreateGroup { Title = "Harbour in C#" });
        var report = await hub.GroupsUploadAsync(group.Id, photos.Select((photo, index) => new FileParameter(new MemoryStream(photo), $"IMG_{index}.jpg", "image/jpeg")), tags: "sea, boats");
        lines.Add($"uploaded {string.Join(", ", report.Uploaded.Select(image => $"{image.Index} {image.FileName} {string.Join("|", image.Tags)}"))}");

        var page = await hub.GroupsListImagesAsync(group.Id, page: 1, pageSize: 2);
        lines.Add($"listed {page.Items.Count} of {page.TotalItems}");
        var first = await hub.GroupsListImagesAsync(group.Id, pageSize: 2, cursor: "");
        var rest = await hub.GroupsListImagesAsync(group.Id, pageSize: 2, cursor: first.NextCursor);
        lines.Add($"followed {string.Join(", ", first.Items.Concat(rest.Items).Select(image => image.FileName))}, then {rest.NextCursor ?? "the end"}");

        var ids = report.Uploaded.Select(image => image.Id).ToList();
        var edited = await hub.ImagesBulkAsync(new BulkImages { Action = BulkAction.Edit, Ids = ids, Title = "Harbour {n}", AddTags = ["dawn in C#"], RemoveTags = ["boats"] });
        lines.Add($"edited {string.Join(", ", edited.Items.Select(item => item.Status))}");
        var found = await hub.ImagesListAsync(groupId: group.Id, tag: ["dawn in C#", "sea"], from: DateTimeOffset.UtcNow.AddHours(-1), sort: ListImagesSort.FileName);
        lines.Add($"found {string.Join(", ", found.Items.Select(image => image.Title))}");
        var tags = await hub.TagsListAsync(q: "dawn in C#");
        lines.Add($"tags {string.Join(", ", tags.Items.Select(tag => $"{tag.Tag} {tag.Count}"))}");

        var key = await hub.ApiKeysCreateAsync(new CreateApiKey { Name = "C#", Scopes = [KeyScope.Read, KeyScope.Upload] });
        var kept = await hub.ApiKeysGetAsync(key.Id);
        lines.Add($"key {kept.Name} {string.Join("|", kept.Scopes)} {kept.ExpiresAt?.ToString() ?? "without an end"}");
        using (var withKey = newClient())
        {
            withKey.DefaultRequestHeaders.Add("X-API-Key", key.Key);
            var upload = await new ImageHubClient(withKey).UploadsCreateAsync(
                new CreateUpload { GroupId = group.Id, Files = [new AnnouncedFile { FileName = "IMG_9.jpg", Bytes = 5 }], OnNameClash = NameClash.Rename });
            lines.Add($"announced {string.Join(", ", upload.Files.Select(file => file.Status))}");
        }

        await hub.ApiKeysDeleteAsync(key.Id);
        lines.Add(await RefusalAsync(() => hub.ApiKeysGetAsync(key.Id)));

        await hub.ImagesBulkAsync(new BulkImages { Action = BulkAction.Delete, Ids = ids.Take(1).ToList() });
        await hub.GroupsDeleteAsync(group.Id);
        lines.Add(await RefusalAsync(() => hub.GroupsGetAsync(group.Id)));
        await hub.GroupsRestoreAsync(group.Id);
        await hub.ImagesRestoreAsync(ids[0]);
        lines.Add($"restored {(await hub.GroupsGetAsync(group.Id)).ImageCount}");
        lines.Add(await RefusalAsync(() => hub.GroupsRestoreAsync(group.Id)));
        lines.Add(await RefusalAsync(() => hub.GroupsListAsync(pageSize: 1000)));
        return [.. lines];
    }

    private static async Task<string> RefusalAsync(Func<Task> work)
    {
        try
        {
            await work();
            return "taken";
        }
        catch (ApiException<ProblemDocument> refused)
        {
            return $"{refused.StatusCode} {refused.Result.Code} {string.Join(" ", refused.Result.Errors?.Keys ?? [])}".TrimEnd();
        }
    }
}
