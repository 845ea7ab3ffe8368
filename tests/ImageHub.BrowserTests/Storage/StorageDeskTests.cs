using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Storage;

/// <summary>The desk's page of storage.</summary>
public sealed class StorageDeskTests(PostgresServer postgres, Chromium chromium)
{
    [Fact]
    public async Task The_storage_page_shows_images_bytes_and_health()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var group = await server.Admin.CreateGroupAsync();
        await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(2000, 1500, seed: 1));
        await server.Admin.AddImageAsync(group, "b.jpg", TestImages.Jpeg(2000, 1500, seed: 2));
        await server.SqlAsync("INSERT INTO last_backups (id, at, target, objects, bytes, lost) VALUES (1, '2026-11-20 02:30Z', 1, 8, 123400, 0)");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync("/admin/storage");
        var page = visit.Page;

        var full = (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).GetProperty("bytes").GetProperty("full").GetInt64();
        await page.GetByText($"{full / 1000.0:0.#} kB", new() { Exact = true }).WaitForAsync();
        (await page.GetByRole(AriaRole.Definition).First.InnerTextAsync()).ShouldBe("2");
        foreach (var part in (string[])["Database", "Image store"])
        {
            (await page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = part }).InnerTextAsync()).ShouldContain("OK");
        }

        // Berlin is an hour ahead of UTC.
        await page.GetByText("The last backup is from 20 Nov 2026, 03:30: 8 files, 123.4 kB.").WaitForAsync();

        // The page shows the disk's free space and the uploads of this month.
        await page.GetByText("Free on the disk").WaitForAsync();
        var month = (await server.Admin.GetAsync("/api/v1/storage").JsonAsync()).Items("added")[^1];
        await page.GetByText($"This month: 2 photos, {month.GetProperty("bytes").GetInt64() / 1000.0:0.#} kB.").WaitForAsync();
        (await page.GetByRole(AriaRole.Region, new() { Name = "Added by month" }).GetByRole(AriaRole.Listitem).CountAsync()).ShouldBe(12);
        await visit.ShouldBeAccessibleAsync("the storage page");
        await visit.ShouldFitANarrowScreenAsync("the storage page");
    }

    [Fact]
    public async Task The_storage_page_names_lost_files()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "harbour.jpg", TestImages.Jpeg());
        File.Delete(Directory.EnumerateFiles(Path.Combine(server.DataDirectory, "objects"), "full", SearchOption.AllDirectories).Single());
        await server.Admin.GetAsync($"/api/v1/images/{image}/full").ProblemAsync(HttpStatusCode.ServiceUnavailable, "objectLost");
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync("/admin/storage");

        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "1 lost file" }).WaitForAsync();
        (await visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "harbour.jpg" }).InnerTextAsync()).ShouldContain("Full resolution");
        await visit.Page.GetByText("Not all files have been checked yet.").WaitForAsync();
        await visit.Page.GetByText("There is no backup yet.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the storage page with a lost file");
    }

    [Fact]
    public async Task The_storage_page_names_unhealthy_parts()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("503");
        await visit.Page.RouteAsync("**/health/ready", route => route.FulfillAsync(new()
        {
            Status = 503,
            ContentType = "application/json",
            Body = """{"status":"down","checks":{"database":"ok","storage":"unreachable","redis":"timeout","workers":"unconfined"}}""",
        }));
        await visit.SignInAsync("/admin/storage");

        (await visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Image store" }).InnerTextAsync()).ShouldContain("Unreachable", Case.Sensitive);
        (await visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Redis" }).InnerTextAsync()).ShouldContain("Does not answer in time", Case.Sensitive);
        (await visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Image decoders" }).InnerTextAsync()).ShouldContain("Without their sandbox", Case.Sensitive);
    }

    [Fact]
    public async Task An_answer_from_a_proxy_instead_of_the_server_is_reported_as_a_failure()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("502");
        await visit.Page.RouteAsync("**/health/ready", route => route.FulfillAsync(new() { Status = 502, ContentType = "text/html", Body = "<h1>Bad gateway</h1>" }));
        await visit.SignInAsync("/admin/storage");

        await visit.Page.GetByText("The server cannot answer at the moment.").WaitForAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Storage", Level = 1 }).WaitForAsync();
        await visit.Page.UnrouteAllAsync();
        await visit.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Image store" }).WaitForAsync();
    }
}
