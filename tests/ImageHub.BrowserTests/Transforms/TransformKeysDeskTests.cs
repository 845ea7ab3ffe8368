using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Transforms;

/// <summary>Keys that sign addresses of photos, at the desk.</summary>
public sealed class TransformKeysDeskTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task An_admin_creates_sees_once_uses_and_revokes_a_key()
    {
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "one.jpg", TestImages.Jpeg());
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/admin/transforms");
        await page.GetByText("No keys yet").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("no keys");

        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the dialog for a key");
        await visit.ShouldFitANarrowScreenAsync("the dialog for a key");
        await page.GetByLabel("Name").FillAsync("Shop");
        await page.Keyboard.PressAsync("Enter");

        await page.GetByText("The key “Shop” is ready").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a new key");
        await visit.ShouldFitANarrowScreenAsync("a new key");
        var signer = new TransformSigner(
            Guid.Parse(await page.GetByLabel("Key ID", new() { Exact = true }).InputValueAsync()), await page.GetByLabel("Key", new() { Exact = true }).InputValueAsync());
        using var clipboard = await visit.HoldClipboardAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy: Key", Exact = true }).ClickAsync();
        await page.GetByText("Copied.").WaitForAsync();
        (await clipboard.TextAsync()).ShouldBe(signer.Key);
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await page.GetByText($"{signer.Id}").WaitForAsync();
        (await page.ContentAsync()).ShouldNotContain(signer.Key);
        await visit.ShouldBeAccessibleAsync("the keys");
        await visit.ShouldFitANarrowScreenAsync("the keys");
        await server.Visitor.GetAsync(signer.Sign("w:100", image)).StatusAsync(HttpStatusCode.OK);

        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke Shop" }).ClickAsync();
        await visit.ShouldBeAccessibleAsync("the question before a key is revoked");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.GetByText("The key “Shop” is revoked.").WaitForAsync();
        await page.GetByText("No keys yet").WaitForAsync();
        await server.Visitor.GetAsync(signer.Sign("w:100", image)).StatusAsync(HttpStatusCode.NotFound);
    }
}
