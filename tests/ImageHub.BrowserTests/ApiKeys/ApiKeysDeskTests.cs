using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Database;

namespace ImageHub.BrowserTests.ApiKeys;

/// <summary>API keys at the desk.</summary>
public sealed class ApiKeysDeskTests(ImageHubServer server, PostgresServer postgres, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task An_admin_creates_sees_once_uses_and_revokes_a_key()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("400");
        var page = visit.Page;
        await visit.SignInAsync("/admin/api-keys");
        await page.GetByText("No API keys yet").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("no keys");

        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the dialog for a key");
        await visit.ShouldFitANarrowScreenAsync("the dialog for a key");
        await page.GetByLabel("Name").FillAsync("Camera");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();

        // A key without scopes is refused, and the input stays.
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the dialog for a key without a scope");
        await page.GetByLabel("Upload").CheckAsync();
        await page.GetByLabel("Read").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();

        await page.GetByText("The key “Camera” is ready").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a new key");
        await visit.ShouldFitANarrowScreenAsync("a new key");
        var key = await page.GetByLabel("API key", new() { Exact = true }).InputValueAsync();
        key.ShouldStartWith("ihk_");

        // A click outside the dialog does not close it.
        await page.Mouse.ClickAsync(5, 5);
        using var clipboard = await visit.HoldClipboardAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy: API key" }).ClickAsync();
        await page.GetByText("Copied.").WaitForAsync();
        (await clipboard.TextAsync()).ShouldBe(key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("New key");
        await page.GetByText("Read, Upload · works until").WaitForAsync();
        await page.GetByText("never used").WaitForAsync();
        (await page.ContentAsync()).ShouldNotContain(key);
        using var program = server.WithKey(key);
        await program.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.OK);
        await page.ReloadAsync();
        await page.GetByText("last used").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the keys");
        await visit.ShouldFitANarrowScreenAsync("the keys");

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke Camera" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the question before a key is revoked");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.GetByText("The key “Camera” is revoked.").WaitForAsync();
        await page.GetByText("No API keys yet").WaitForAsync();
        Func<Task<string>> at = () => page.EvaluateAsync<string>("document.activeElement.id");
        await at.ShouldBecomeAsync("content");
        await program.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_whose_answer_was_lost_is_listed_and_can_be_revoked()
    {
        await using var own = await ImageHubServer.StartAsync(postgres);
        await using var visit = await chromium.VisitAsync(own);
        visit.Expects("ERR_FAILED");
        var page = visit.Page;
        await visit.SignInAsync("/admin/api-keys");
        await page.RouteAsync("**/api/v1/api-keys", async route =>
        {
            (await route.FetchAsync()).Status.ShouldBe(201);
            await route.AbortAsync();
        });
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Lost");
        await page.GetByLabel("Upload").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
        await page.GetByRole(AriaRole.Alert).WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke Lost" }).WaitForAsync();
    }

    [Fact]
    public async Task A_next_page_that_failed_is_reported_and_the_focus_moves_to_the_first_row_of_the_last_page()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("500");
        var page = visit.Page;
        var works = false;
        await page.RouteAsync("**/api/v1/api-keys?*", route =>
        {
            var isFirst = !route.Request.Url.Contains("cursor=next", StringComparison.Ordinal);
            if (!isFirst && !works)
            {
                return route.FulfillAsync(new() { Status = 500 });
            }

            return route.FulfillAsync(new() { Json = new { items = Keys(isFirst ? 1 : 31, isFirst ? 30 : 2), nextCursor = isFirst ? "next" : null } });
        });
        await visit.SignInAsync("/admin/api-keys");
        await page.GetByText("Key 30").WaitForAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "More" }).Last.PressAsync("Enter");
        await page.GetByText("The next entries could not be loaded.").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a list whose next page failed");
        await visit.ShouldFitANarrowScreenAsync("a list whose next page failed");
        Func<Task<string>> focused = page.FocusedAsync;
        await focused.ShouldBecomeAsync("Try again");

        works = true;
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Key 32").WaitForAsync();
        Func<Task<bool>> isAtFirst = () => page.EvaluateAsync<bool>("document.activeElement.matches('li') && document.activeElement.textContent.includes('Key 31')");
        await isAtFirst.ShouldBecomeAsync(true);
        await page.Keyboard.PressAsync("Tab");
        await focused.ShouldBecomeAsync("Revoke Key 31");

        static object[] Keys(int first, int count) =>
            [.. Enumerable.Range(first, count).Select(number => new { id = $"01980000-0000-7000-8000-{number:000000000000}", name = $"Key {number}", scopes = new[] { "read" }, expiresAt = (string?)null, lastUsedAt = (string?)null })];
    }
}
