using ImageHub.Application.Duplicates;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.BrowserTests.Duplicates;

/// <summary>The desk's page of photos that look nearly the same.</summary>
public sealed class DuplicatesDeskTests(PostgresServer postgres, Chromium chromium)
{
    [Fact]
    public async Task Duplicates_are_shown_side_by_side_and_the_admin_keeps_one_or_all()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var (harbour, best) = (await server.Admin.CreateGroupAsync("Harbour"), await server.Admin.CreateGroupAsync("Best of"));
        await AddAsync(server, harbour, "small.jpg", 320, 42);
        await AddAsync(server, best, "large.jpg", 640, 42);
        await AddAsync(server, harbour, "one.jpg", 480, 0x0FFF_FFFF_0000_0000);
        await AddAsync(server, harbour, "other.jpg", 400, 0x0FFF_FFFF_0000_0FFF);
        await CompareAsync(server);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await visit.GoToAsync("Duplicates");

        var set = page.GetByRole(AriaRole.Region, new() { Name = "Set 1, 2 photos" });
        await set.WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region)).ToHaveCountAsync(1);
        var first = set.GetByRole(AriaRole.Listitem).First;
        (await first.InnerTextAsync()).ShouldSatisfyAllConditions(
            text => text.ShouldContain("large.jpg"),
            text => text.ShouldContain("Best"),
            text => text.ShouldContain("640 × 480 pixels"),
            text => text.ShouldContain("In “Best of”"));
        await visit.ShouldBeAccessibleAsync("the duplicates");
        await visit.ShouldFitANarrowScreenAsync("the duplicates");

        // The keyboard settles a set of duplicates. The Undo button restores the set.
        await page.GetByRole(AriaRole.Button, new() { Name = "Keep this, move the other to the trash: large.jpg" }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.HoldMessageAsync("1 photo moved to the trash.");
        await page.GetByRole(AriaRole.Heading, new() { Name = "No duplicates" }).WaitForAsync();
        await NamesAsync(server).ShouldBecomeAsync("large.jpg one.jpg other.jpg");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await set.WaitForAsync();
        await NamesAsync(server).ShouldBecomeAsync("large.jpg one.jpg other.jpg small.jpg");

        await page.GetByLabel("Show photos that are").SelectOptionAsync("16");
        await Assertions.Expect(page).ToHaveURLAsync("/admin/duplicates?distance=16");
        await Assertions.Expect(page.GetByRole(AriaRole.Region)).ToHaveCountAsync(2);
        foreach (var isMeant in (bool[])[false, true])
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "Keep all of set 2" }).ClickAsync();
            await page.HoldMessageAsync("These photos are not shown as duplicates any more.");
            await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Set" })).ToHaveCountAsync(1);
            if (!isMeant)
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
                await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Set" })).ToHaveCountAsync(2);
            }
        }

        await page.ReloadAsync();
        await set.GetByText("large.jpg").WaitForAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Region)).ToHaveCountAsync(1);
        (await NamesAsync(server)()).ShouldBe("large.jpg one.jpg other.jpg small.jpg");
    }

    private static Func<Task<string>> NamesAsync(ImageHubServer server) => async () =>
        string.Join(' ', (await server.Admin.GetAsync("/api/v1/images?sort=fileName").JsonAsync()).Items().Select(image => image.Text("fileName")));

    private static async Task<Guid> AddAsync(ImageHubServer server, Guid group, string name, int width, long hash)
    {
        var id = await server.Admin.AddImageAsync(group, name, TestImages.Jpeg(width, width * 3 / 4, width));
        await server.SqlAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"UPDATE images SET perceptual_hash = {hash} WHERE id = '{id}'"));
        return id;
    }

    private static async Task CompareAsync(ImageHubServer server)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new CompareImages());
    }
}
