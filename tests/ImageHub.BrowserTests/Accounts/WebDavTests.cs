using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.BrowserTests.Accounts;

/// <summary>A user's keys for WebDAV apps.</summary>
public sealed class WebDavTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    [Fact]
    public async Task A_user_creates_a_key_sends_a_photo_with_it_and_revokes_it()
    {
        await server.Admin.CreateUserAsync("phone");
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync("/account/password", "phone", ImageHubServer.UserPassword);
        await page.GetByRole(AriaRole.Heading, new() { Name = "Connect by WebDAV" }).WaitForAsync();
        var address = await page.GetByLabel("WebDAV address", new() { Exact = true }).InputValueAsync();
        address.ShouldBe(new Uri(server.Url, "/dav/me/").AbsoluteUri);
        await page.GetByText("On a Mac").ClickAsync();
        await page.GetByText("In the Finder choose Go → Connect to Server").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the account without keys");
        await visit.ShouldFitANarrowScreenAsync("the account without keys");

        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        await page.GetByText("It can neither open nor delete them.").WaitForAsync();
        (await page.GetByRole(AriaRole.Checkbox).CountAsync()).ShouldBe(0);
        await visit.ShouldBeAccessibleAsync("the dialog for a key");
        await page.GetByLabel("Name").FillAsync("My phone");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("The key “My phone” is ready").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a new key");
        await visit.ShouldFitANarrowScreenAsync("a new key");
        var key = await page.GetByLabel("API key", new() { Exact = true }).InputValueAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        using var phone = server.NewDavClient(key, "phone");
        await phone.PutDavAsync(new Uri(address).AbsolutePath + "IMG_1.jpg", TestImages.Jpeg(seed: 1));
        await page.GotoAsync("/account");
        await page.GetByRole(AriaRole.Row, new() { Name = "IMG_1.jpg" }).WaitForAsync();

        await page.GotoAsync("/account/password");
        await page.GetByText("last used").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("the account with a key");
        await visit.ShouldFitANarrowScreenAsync("the account with a key");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke My phone" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.GetByText("The key “My phone” is revoked.").WaitForAsync();
        await phone.DavAsync("OPTIONS", "/dav/me/").StatusAsync(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("https://photos.example", "https://photos.example/dav/me/")]
    [InlineData("http://photos.example", null)]
    public async Task The_address_is_below_the_public_address_and_needs_https(string publicUrl, string? expected)
    {
        var name = expected is null ? "without" : "with";
        await server.Admin.CreateUserAsync(name);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await page.RouteAsync("**/api/v1/site", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = (await answer.TextAsync()).Replace("\"publicUrl\":null", $"\"publicUrl\":\"{publicUrl}\"", StringComparison.Ordinal) });
        });
        await visit.SignInAsync("/account/password", name, ImageHubServer.UserPassword);

        if (expected is not null)
        {
            await Assertions.Expect(page.GetByLabel("WebDAV address", new() { Exact = true })).ToHaveValueAsync(expected);
            return;
        }

        await page.GetByText("WebDAV needs an https address, which the admin must set.").WaitForAsync();
        (await page.GetByText("On a Mac").CountAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Admins_have_no_block_for_own_images_but_the_address_beside_a_new_key()
    {
        await using var visit = await chromium.VisitAsync(server);
        visit.Expects("400");
        var page = visit.Page;
        await visit.SignInAsync("/account/password");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Signed in as admin" }).WaitForAsync();
        (await page.GetByText("WebDAV").CountAsync()).ShouldBe(0);

        await page.GotoAsync("/admin/api-keys");
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Lightroom");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
        await page.GetByText("Choose at least one.").WaitForAsync();
        await page.GetByLabel("Curate").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Create key" }).ClickAsync();
        (await page.GetByLabel("WebDAV address", new() { Exact = true }).InputValueAsync()).ShouldBe(new Uri(server.Url, "/dav/").AbsoluteUri);
        await page.GetByText("In Windows").ClickAsync();
        await page.GetByText("Map network drive").WaitForAsync();
        await visit.ShouldBeAccessibleAsync("a new key with the steps for Windows");
        await visit.ShouldFitANarrowScreenAsync("a new key with the steps for Windows");
    }
}
