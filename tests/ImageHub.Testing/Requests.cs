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
    /// <summary>The JSON of an answer that must have a status.</summary>
    public static async Task<JsonElement> JsonAsync(this Task<HttpResponseMessage> answering, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var answer = await answering;
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, text);
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        LoggedSecrets.AddFrom(json);
        return json;
    }

    /// <summary>An answer that must have a status, and no body that matters.</summary>
    public static async Task StatusAsync(this Task<HttpResponseMessage> answering, HttpStatusCode expected)
    {
        using var answer = await answering;
        answer.StatusCode.ShouldBe(expected, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A problem document with that status and code, whose request id is also in the header.</summary>
    public static async Task<JsonElement> ProblemAsync(this Task<HttpResponseMessage> answering, HttpStatusCode expected, string code)
    {
        using var answer = await answering;
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(expected, text);
        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
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

    /// <summary>Waits until a server says that its database is prepared: with a database elsewhere it listens before.</summary>
    public static Task EventuallyPreparedAsync(this HttpClient client) => ReadyAsync(client, answer => answer.GetProperty("checks").Text("database") == "ok");

    /// <summary>Waits until a server says that it reaches its database, which is not prepared yet.</summary>
    public static Task EventuallyPreparingAsync(this HttpClient client) => ReadyAsync(client, answer => answer.GetProperty("checks").Text("database") == "preparing");

    /// <summary>Waits until a server says that all of its parts answer: on a busy machine one may have been too slow just now.</summary>
    public static Task<JsonElement> EventuallyReadyAsync(this HttpClient client) => ReadyAsync(client, answer => answer.Text("status") == "ok");

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

    /// <summary>A string field.</summary>
    public static string? Text(this JsonElement json, string field) => json.GetProperty(field).GetString();

    /// <summary>An id field.</summary>
    public static Guid Id(this JsonElement json, string field = "id") => json.GetProperty(field).GetGuid();

    /// <summary>The elements of an array field.</summary>
    public static IReadOnlyList<JsonElement> Items(this JsonElement json, string field = "items") => [.. json.GetProperty(field).EnumerateArray()];

    /// <summary>Makes a tier.</summary>
    public static async Task<Guid> CreateTierAsync(
        this HttpClient admin, string name, int[]? thumbnailHeights = null, bool originals = false, bool expiringLinks = false, long? quotaBytes = null, long? maxFileBytes = null) =>
        (await admin.PostAsJsonAsync("/api/v1/tiers", new { name, thumbnailHeights = thumbnailHeights ?? [200], originals, expiringLinks, quotaBytes, maxFileBytes })
            .JsonAsync(HttpStatusCode.Created)).Id();

    /// <summary>Makes a user; without a tier: Basic.</summary>
    public static async Task<Guid> CreateUserAsync(this HttpClient admin, string userName, Guid? tierId = null) =>
        (await admin.PostAsJsonAsync("/api/v1/users", new { userName, password = ImageHubServer.UserPassword, tierId }).JsonAsync(HttpStatusCode.Created)).Id();

    /// <summary>Makes an API key.</summary>
    /// <returns>The key as it is sent.</returns>
    public static async Task<string> CreateKeyAsync(this HttpClient admin, params string[] scopes) =>
        (await admin.PostAsJsonAsync("/api/v1/api-keys", new { name = string.Join(", ", scopes), scopes }).JsonAsync(HttpStatusCode.Created)).Text("key")!;

    /// <summary>Makes a group.</summary>
    public static async Task<Guid> CreateGroupAsync(this HttpClient admin, string title = "A group", bool isPublished = true) =>
        (await admin.PostAsJsonAsync("/api/v1/groups", new { title, isPublished }).JsonAsync(HttpStatusCode.Created)).Id();

    /// <summary>Uploads one file.</summary>
    public static Task<HttpResponseMessage> PutImageAsync(this HttpClient client, Guid groupId, string fileName, byte[] content) =>
        client.PutAsync($"/api/v1/groups/{groupId}/images/{Uri.EscapeDataString(fileName)}", new ByteArrayContent(content));

    /// <summary>Uploads one file that must be taken.</summary>
    public static async Task<Guid> AddImageAsync(this HttpClient admin, Guid groupId, string fileName, byte[] content) =>
        (await admin.PutImageAsync(groupId, fileName, content).JsonAsync(HttpStatusCode.Created)).Id();

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

    /// <summary>Adds a file as browsers do: its name in UTF-8.</summary>
    public static void AddFile(this MultipartFormDataContent body, string fileName, byte[] content)
    {
        var part = new ByteArrayContent(content);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        body.Add(part, "files", fileName);
    }
}
