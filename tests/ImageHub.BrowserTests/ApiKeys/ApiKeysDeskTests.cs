using System.Net;
using ImageHub.Testing;

namespace ImageHub.BrowserTests.ApiKeys;

/// <summary>API keys at the desk.</summary>
public sealed class ApiKeysDeskTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
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
        await program.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.Unauthorized);
    }
}
