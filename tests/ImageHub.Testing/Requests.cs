using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Shouldly;

namespace ImageHub.Testing;

/// <summary>Requests that many tests make.</summary>
public static class Requests
{
    /// <summary>Asserts the status of an answer and returns its JSON.</summary>
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> answering, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await answering;
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, Explain(answer, text));
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        LoggedSecrets.AddFrom(json);
        return json;
    }

    /// <summary>Asserts the status of an answer, regardless of its body.</summary>
    public static async Task StatusAsync(this Task<HttpResponseMessage> answering, HttpStatusCode expected)
    {
        using var answer = await answering;
        answer.StatusCode.ShouldBe(expected, Explain(answer, await answer.Content.ReadAsStringAsync()));
    }

    /// <summary>Asserts that an answer is a problem document with the given status and code, and that its request id equals the header's.</summary>
    public static async Task<JsonElement> ProblemAsync(this Task<HttpResponseMessage> answering, HttpStatusCode expected, string code)
    {
        using var answer = await answering;
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, text);
        (answer.Content.Headers.ContentType?.MediaType).ShouldBe("application/problem+json");
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        problem.Text("code").ShouldBe(code);
        problem.GetProperty("status").GetInt32().ShouldBe((int)expected);
        problem.Text("requestId").ShouldBe(answer.Headers.GetValues("X-Request-Id").Single());
        foreach (var field in (string[])["type", "title", "detail", "instance"])
        {
            problem.Text(field).ShouldNotBeNullOrEmpty();
        }

        if (expected == HttpStatusCode.BadRequest)
        {
            problem.GetProperty("errors").EnumerateObject().ShouldNotBeEmpty(text);
        }

        return problem;
    }

    /// <summary>Waits until the server reports that its database is prepared. With an external database, the server listens earlier.</summary>
    public static Task EventuallyPreparedAsync(this HttpClient client) => ReadyAsync(client, answer => answer.GetProperty("checks").Text("database") == "ok");

    /// <summary>Waits until the server reports that it has reached its database and is preparing it.</summary>
    public static Task EventuallyPreparingAsync(this HttpClient client) => ReadyAsync(client, answer => answer.GetProperty("checks").Text("database") == "preparing");

    /// <summary>Waits until the server reports all checks as ok. On a busy machine, a check may time out at first.</summary>
    public static Task<JsonElement> EventuallyReadyAsync(this HttpClient client) => ReadyAsync(client, answer => answer.Text("status") == "ok");

    /// <summary>The text of an answer, and for a failed server the lines of its log for the request.</summary>
    private static string Explain(HttpResponseMessage answer, string text) =>
        (int)answer.StatusCode >= 500 && answer.Headers.TryGetValues("X-Request-Id", out var ids) ? string.Join('\n', [text, .. LoggedSecrets.LinesOf(ids.First())]) : text;

    private static async Task<JsonElement> ReadyAsync(HttpClient client, Func<JsonElement, bool> isSo)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            using var answer = await client.GetAsync("/health/ready");
            var ready = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());
            if (isSo(ready))
            {
                return ready;
            }

            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(2), ready.ToString());
            await Task.Delay(50);
        }
    }

    /// <summary>The value of a string field.</summary>
    public static string? Text(this JsonElement json, string field) => json.GetProperty(field).GetString();

    /// <summary>The value of an id field.</summary>
    public static Guid Id(this JsonElement json, string field = "id") => json.GetProperty(field).GetGuid();

    /// <summary>The elements of an array field.</summary>
    public static IReadOnlyList<JsonElement> Items(this JsonElement json, string field = "items") => [.. json.GetProperty(field).EnumerateArray()];

    /// <summary>Creates a tier.</summary>
    public static async Task<Guid> CreateTierAsync(
        this HttpClient admin, string name, int[]? thumbnailHeights = null, bool originals = false, bool expiringLinks = false, long? quotaBytes = null, long? maxFileBytes = null) =>
        (await admin.PostAsJsonAsync("/api/v1/tiers", new { name, thumbnailHeights = thumbnailHeights ?? [200], originals, expiringLinks, quotaBytes, maxFileBytes })
            .JsonAsync(HttpStatusCode.Created)).Id();

    /// <summary>Creates a user; the default tier is Basic.</summary>
    public static async Task<Guid> CreateUserAsync(this HttpClient admin, string userName, Guid? tierId = null) =>
        (await admin.PostAsJsonAsync("/api/v1/users", new { userName, password = ImageHubServer.UserPassword, tierId }).JsonAsync(HttpStatusCode.Created)).Id();

    /// <summary>Creates an editor.</summary>
    public static async Task<Guid> CreateEditorAsync(this HttpClient admin, string userName) =>
        (await admin.PostAsJsonAsync("/api/v1/users", new { userName, password = ImageHubServer.UserPassword, role = "editor" }).JsonAsync(HttpStatusCode.Created)).Id();

    /// <summary>Creates an API key.</summary>
    /// <returns>The key in the form that clients send.</returns>
    public static async Task<string> CreateKeyAsync(this HttpClient admin, params string[] scopes) =>
        (await admin.PostAsJsonAsync("/api/v1/api-keys", new { name = string.Join(", ", scopes), scopes }).JsonAsync(HttpStatusCode.Created)).Text("key")!;

    /// <summary>Uploads a logo of the site and returns the site.</summary>
    public static Task<JsonElement> PutLogoAsync(this HttpClient admin, byte[] file, string path = "") =>
        admin.PutAsync($"/api/v1/site/logo{path}", new ByteArrayContent(file)).JsonAsync();

    /// <summary>Creates a group.</summary>
    public static async Task<Guid> CreateGroupAsync(this HttpClient admin, string title = "A group", bool isPublished = true) =>
        (await admin.PostAsJsonAsync("/api/v1/groups", new { title, isPublished }).JsonAsync(HttpStatusCode.Created)).Id();

    /// <summary>Replaces the members of a group.</summary>
    public static Task SetMembersAsync(this HttpClient curator, Guid groupId, params IEnumerable<(Guid UserId, string Role)> members) =>
        curator.PutAsJsonAsync($"/api/v1/groups/{groupId}/members", new { items = members.Select(member => new { userId = member.UserId, role = member.Role }) }).StatusAsync(HttpStatusCode.OK);

    /// <summary>The path of a group's page, such as <c>/groups/harbour</c>.</summary>
    public static async Task<string> FindPageAsync(this HttpClient client, Guid groupId) => $"/groups/{(await client.GetAsync($"/api/v1/groups/{groupId}").JsonAsync()).Text("slug")}";

    /// <summary>Uploads one file.</summary>
    public static Task<HttpResponseMessage> PutImageAsync(this HttpClient client, Guid groupId, string fileName, byte[] content) =>
        client.PutAsync($"/api/v1/groups/{groupId}/images/{Uri.EscapeDataString(fileName)}", new ByteArrayContent(content));

    /// <summary>
    /// Uploads one file, and again after the time that the server names if it is busy: on a slow machine, a file can wait too long for the files before it.
    /// </summary>
    public static async Task<HttpResponseMessage> PutImageUntilDecidedAsync(this HttpClient client, Guid groupId, string fileName, byte[] content)
    {
        for (var attempt = 1; ; attempt++)
        {
            var answer = await client.PutImageAsync(groupId, fileName, content);
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == 30 || (await answer.Content.ReadFromJsonAsync<JsonElement>()).Text("code") != "serverBusy")
            {
                return answer;
            }

            using (answer)
            {
                await Task.Delay(answer.Headers.RetryAfter!.Delta!.Value);
            }
        }
    }

    /// <summary>Uploads one file and asserts that it is accepted.</summary>
    public static async Task<Guid> AddImageAsync(this HttpClient admin, Guid groupId, string fileName, byte[] content) =>
        (await admin.PutImageUntilDecidedAsync(groupId, fileName, content).JsonAsync(HttpStatusCode.Created)).Id();

    /// <summary>Uploads files in one multipart request.</summary>
    public static Task<HttpResponseMessage> PostImagesAsync(this HttpClient client, Guid groupId, params IEnumerable<(string FileName, byte[] Content)> files)
    {
        var body = new MultipartFormDataContent();
        foreach (var (fileName, content) in files)
        {
            body.AddFile(fileName, content);
        }

        return client.PostAsync($"/api/v1/groups/{groupId}/images", body);
    }

    /// <summary>Adds a file. .NET sends the file's name also as <c>filename*</c>, in UTF-8 (RFC 5987).</summary>
    public static void AddFile(this MultipartFormDataContent body, string fileName, byte[] content)
    {
        var part = new ByteArrayContent(content);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        body.Add(part, "files", fileName);
    }
}
