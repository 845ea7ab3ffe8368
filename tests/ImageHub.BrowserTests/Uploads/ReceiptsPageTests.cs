using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Uploads;

/// <summary>The receipts of uploads, for admins and for users.</summary>
public sealed class ReceiptsPageTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    /// <summary>The upload addresses of files, by name.</summary>
    private readonly Dictionary<string, string> urls = new(StringComparer.Ordinal);

    [Fact]
    public async Task A_receipt_shows_the_result_of_each_file_and_whether_all_files_arrived()
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/uploads");
        await page.GetByText("No uploads yet").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("no receipts");

        var group = await server.Admin.CreateGroupAsync("Wedding");
        var (there, fresh) = (TestImages.Jpeg(seed: 1), TestImages.Jpeg(seed: 2));
        await server.Admin.AddImageAsync(group, "there.jpg", there);
        await AnnounceAsync(server.Admin, group, ("fresh.jpg", fresh), ("again.jpg", there), ("broken.jpg", fresh[..500]), ("awaited.jpg", TestImages.Jpeg(seed: 3)));
        await page.ReloadAsync();
        await page.GetByText("1 of 4 files arrived · 3 not sent yet").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Wedding" }).ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Upload to “Wedding”" }).WaitForAsync();

        // Files that arrive meanwhile appear without a reload.
        await SendAsync(server.Admin, "fresh.jpg", fresh, HttpStatusCode.NoContent);
        await SendAsync(server.Admin, "broken.jpg", fresh[..500], HttpStatusCode.UnprocessableEntity);
        await page.GetByText("2 of 4 files arrived · 1 failed · 1 not sent yet").WaitForAsync();
        (await FilesAsync(page)).ShouldBe(["fresh.jpg", "again.jpg", "broken.jpg", "awaited.jpg"]);
        await visit.ShouldBeAccessibleAsync("a receipt");
        await visit.ShouldFitANarrowScreenAsync("a receipt");

        await page.GetByRole(AriaRole.Link, new() { Name = "Failed (1)" }).ClickAsync();
        Func<Task<string>> files = async () => string.Join(' ', await FilesAsync(page));
        await files.ShouldBecomeAsync("broken.jpg");
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Failed (1)");
        await page.GoBackAsync();
        await files.ShouldBecomeAsync("fresh.jpg again.jpg broken.jpg awaited.jpg");

        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Download as CSV" }).ClickAsync());
        using var table = new StreamReader((await download.CreateReadStreamAsync())!);
        var lines = (await table.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(5);
        lines[1].ShouldContain("fresh.jpg");

        await page.GetByRole(AriaRole.Link, new() { Name = "fresh.jpg" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex("/groups/wedding/images/", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GotoAsync("/admin/uploads");
        await page.GetByText("2 of 4 files arrived · 1 failed · 1 not sent yet").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the receipts");
        await visit.ShouldFitANarrowScreenAsync("the receipts");
    }

    [Theory]
    [InlineData("/admin/uploads")]
    [InlineData("/admin/uploads/01980000-0000-7000-8000-000000000009")]
    public async Task The_pages_of_uploads_recover_by_themselves_from_an_outage(string path)
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("503|404");
        var page = visit.Page;
        var isDown = true;
        await page.RouteAsync("**/api/v1/uploads**", route => isDown ? route.FulfillAsync(new() { Status = 503 }) : route.ContinueAsync());
        await visit.SignInAsync(path);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Something went wrong" }).WaitForAsync();
        isDown = false;
        await page.GetByRole(AriaRole.Heading, new() { Name = "Something went wrong" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    [Fact]
    public async Task A_user_sees_the_receipts_of_own_uploads()
    {
        await server.Admin.CreateUserAsync("ada");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync("/account", "ada", ImageHubServer.UserPassword);
        await visit.Page.Locator("input[type=file]").First.SetInputFilesAsync(
            [.. Enumerable.Range(1, 3).Select(number => new FilePayload { Name = $"{number}.jpg", MimeType = "image/jpeg", Buffer = TestImages.Jpeg(seed: 10 + number) })]);
        await visit.Page.GetByText("3 uploaded").First.WaitForAsync();

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Uploads" }).ClickAsync();
        await visit.Page.GetByText("All 3 files arrived").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "My images" }).Last.ClickAsync();

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Uploaded (3)" }).WaitForAsync();
        (await FilesAsync(visit.Page)).ShouldBe(["1.jpg", "2.jpg", "3.jpg"]);
        await visit.ShouldBeAccessibleAsync("a user's receipt");
    }

    private static async Task<List<string>> FilesAsync(IPage page) =>
        [.. await page.EvaluateAsync<string[]>("[...document.querySelectorAll('#content ul:last-of-type li span')].map((name) => name.firstChild.textContent).filter((name) => /jpg$/.test(name))")];

    private async Task AnnounceAsync(HttpClient client, Guid groupId, params (string FileName, byte[] Content)[] files)
    {
        var announced = files.Select(file => new { fileName = file.FileName, bytes = file.Content.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(file.Content)) });
        var told = await client.PostAsJsonAsync("/api/v1/uploads", new { groupId, files = announced }).JsonAsync(HttpStatusCode.Created);
        foreach (var (file, answer) in files.Zip(told.Items("files")))
        {
            urls[file.FileName] = answer.TryGetProperty("uploadUrl", out var url) ? url.GetString() ?? "" : "";
        }
    }

    private async Task SendAsync(HttpClient client, string fileName, byte[] content, HttpStatusCode expected)
    {
        using var patch = new HttpRequestMessage(HttpMethod.Patch, urls[fileName]) { Content = new ByteArrayContent(content) };
        patch.Headers.Add("Tus-Resumable", "1.0.0");
        patch.Headers.Add("Upload-Offset", "0");
        patch.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        using var answer = await client.SendAsync(patch, TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(expected, fileName);
    }
}
