using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Trash;

/// <summary>The trash at the desk.</summary>
public sealed class TrashDeskTests(PostgresServer postgres, Chromium chromium)
{
    [Fact]
    public async Task The_trash_counts_dates_restores_and_purges_deleted_items()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var kept = await server.Admin.CreateGroupAsync("Kept");
        var back = await server.Admin.AddImageAsync(kept, "back.jpg", TestImages.Jpeg(seed: 1));
        var gone = await server.Admin.AddImageAsync(kept, "gone.jpg", TestImages.Jpeg(seed: 2));
        var last = await server.Admin.AddImageAsync(kept, "last.jpg", TestImages.Jpeg(seed: 3));
        var group = await server.Admin.CreateGroupAsync("A whole group");
        await server.Admin.AddImageAsync(group, "in it.jpg", TestImages.Jpeg(seed: 4));
        foreach (var image in (Guid[])[back, gone, last])
        {
            await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        }

        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/trash");

        await page.GetByText("4 items").WaitForAsync();

        // The day is in the browser's time zone, so it may differ from the day in UTC. Around midnight, the items may have different days.
        var days = new List<string>();
        foreach (var item in (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items())
        {
            (item.GetProperty("purgesAt").GetDateTimeOffset() - item.GetProperty("deletedAt").GetDateTimeOffset()).ShouldBe(TimeSpan.FromDays(30));
            days.Add(await page.EvaluateAsync<string>(
                "(at) => new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })", item.Text("purgesAt")));
        }

        days.Count.ShouldBe(4);
        foreach (var day in days.CountBy(day => day, StringComparer.Ordinal))
        {
            await Assertions.Expect(page.GetByText($"Deleted permanently on {day.Key}")).ToHaveCountAsync(day.Value);
        }

        await visit.ShouldBeAccessibleAsync("the trash");

        // The button in the row of back.jpg restores this photo. A group is selected and restored. Another photo is deleted permanently.
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore back.jpg" }).ClickAsync();
        await page.GetByText("1 item restored.").WaitForAsync();
        await page.GetByLabel("Select A whole group").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await TrashAsync(server).ShouldBecomeAsync($"{last} {gone}");
        (await NamesAsync(server, group)).ShouldBe("in it.jpg");
        (await NamesAsync(server, kept)).ShouldBe("back.jpg");

        await page.GetByLabel("Select gone.jpg").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete permanently" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the question before something goes for good");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete permanently" }).ClickAsync();
        await TrashAsync(server).ShouldBecomeAsync(last.ToString());

        await page.GetByRole(AriaRole.Button, new() { Name = "Empty the trash" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete permanently" }).ClickAsync();
        await page.GetByText("The trash is empty").WaitForAsync();
        await TrashAsync(server).ShouldBecomeAsync("");
        await visit.ShouldBeAccessibleAsync("the empty trash");
    }

    [Fact]
    public async Task An_item_that_cannot_be_restored_is_reported_and_stays()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var group = await server.Admin.CreateGroupAsync("Clash");
        var image = await server.Admin.AddImageAsync(group, "same.jpg", TestImages.Jpeg(seed: 1));
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.AddImageAsync(group, "same.jpg", TestImages.Jpeg(seed: 2));
        await using var visit = await chromium.VisitAsync(server);
        await visit.SignInAsync("/admin/trash");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Restore same.jpg" }).ClickAsync();

        await visit.Page.GetByText("1 photo could not be restored.").WaitForAsync();
        await visit.Page.GetByLabel("Select same.jpg").WaitForAsync();
        (await visit.Page.GetByText("1 item restored.").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task A_refused_group_is_named_and_the_rest_of_the_selection_is_restored()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var (kept, refused) = (await server.Admin.CreateGroupAsync("Kept"), await server.Admin.CreateGroupAsync("Stubborn"));
        foreach (var name in (string[])["one.jpg", "two.jpg"])
        {
            var image = await server.Admin.AddImageAsync(kept, name, TestImages.Jpeg(seed: name[0]));
            await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        }

        await server.Admin.DeleteAsync($"/api/v1/groups/{refused}").StatusAsync(HttpStatusCode.NoContent);
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("500");
        var page = visit.Page;
        await page.RouteAsync("**/api/v1/groups/*/restore", route => route.FulfillAsync(new() { Status = 500 }));
        await visit.SignInAsync("/admin/trash");
        foreach (var name in (string[])["one.jpg", "Stubborn"])
        {
            await page.GetByLabel($"Select {name}").CheckAsync();
        }

        // The button of one row leaves the other ticks.
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore two.jpg" }).ClickAsync();
        await page.GetByText("2 selected").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore", Exact = true }).ClickAsync();
        await page.GetByText("“Stubborn” was not restored.").WaitForAsync();
        await page.GetByLabel("Select Stubborn").WaitForAsync();
        Func<Task<string>> names = () => NamesAsync(server, kept);
        await names.ShouldBecomeAsync("one.jpg two.jpg");
        (await page.GetByText("could not be restored").CountAsync()).ShouldBe(0);
    }

    private static async Task<string> NamesAsync(ImageHubServer server, Guid group) =>
        string.Join(' ', (await server.Visitor.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items().Select(image => image.Text("fileName")));

    private static Func<Task<string>> TrashAsync(ImageHubServer server) => async () =>
        string.Join(' ', (await server.Admin.GetAsync("/api/v1/trash").JsonAsync()).Items().Select(item => item.Id().ToString()));
}
