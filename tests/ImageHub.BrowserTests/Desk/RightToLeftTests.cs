using System.Net;
using System.Net.Http.Json;
using ImageHub.Application.Duplicates;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.BrowserTests.Desk;

/// <summary>The desk in Arabic, from right to left.</summary>
public sealed class RightToLeftTests(ImageHubServer server, Chromium chromium) : IClassFixture<ImageHubServer>
{
    private static int seeds;

    [Theory]
    [InlineData("groups")]
    [InlineData("menu")]
    [InlineData("members")]
    [InlineData("edit")]
    [InlineData("selection")]
    [InlineData("choices")]
    [InlineData("duplicates")]
    [InlineData("storage")]
    [InlineData("site")]
    [InlineData("api-keys")]
    [InlineData("transforms")]
    [InlineData("a new key for transforms")]
    [InlineData("account")]
    public async Task The_desk_is_accessible_in_a_right_to_left_language(string state)
    {
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.EvaluateAsync("localStorage.setItem('imagehub.language', 'ar')");
        await (state switch
        {
            "groups" => SortedAsync(),
            "menu" => MenuAsync(),
            "members" => MembersAsync(),
            "edit" => EditAsync(),
            "selection" => SelectionAsync(),
            "choices" => ChoicesAsync(),
            "duplicates" => DuplicatesAsync(),
            "account" => OpenAsync("/account/password"),
            "site" => SiteAsync(),
            "transforms" => TransformKeysAsync(),
            "a new key for transforms" => NewTransformKeyAsync(),
            _ => OpenAsync($"/admin/{state}"),
        });

        (await page.EvaluateAsync<string>("document.documentElement.dir")).ShouldBe("rtl");
        await visit.ShouldBeAccessibleAsync($"{state}, from right to left");

        async Task OpenAsync(string path)
        {
            await page.GotoAsync(path);
            await page.GetByRole(AriaRole.Heading, new() { Level = 1 }).WaitForAsync();
        }

        async Task SortedAsync()
        {
            await server.Admin.CreateGroupAsync("Hidden harbour", isPublished: false);
            await OpenAsync("/admin");
            var photos = page.GetByRole(AriaRole.Columnheader).Nth(2);
            await photos.GetByRole(AriaRole.Button).ClickAsync();
            await Assertions.Expect(photos).ToHaveAttributeAsync("aria-sort", "descending");

            // The first column header is at the right.
            (await photos.BoundingBoxAsync())!.X.ShouldBeLessThan((await page.GetByRole(AriaRole.Columnheader).First.BoundingBoxAsync())!.X);
        }

        async Task MenuAsync()
        {
            await OpenAsync("/admin");
            await page.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Button).ClickAsync();
            await page.GetByRole(AriaRole.Menu).WaitForAsync();
        }

        async Task MembersAsync()
        {
            var group = await GroupAsync(1);
            await server.Admin.SetMembersAsync(group, (await server.Admin.CreateUserAsync("rtl-member"), "contributor"));
            await OpenAsync($"/admin/groups/{group}");
            await page.Locator("#content button[aria-haspopup]").First.ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "الأعضاء" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByText("rtl-member", new() { Exact = true }).WaitForAsync();
            await page.Keyboard.TypeAsync("admin");
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "admin", Exact = true }).WaitForAsync();
        }

        async Task SelectAsync()
        {
            var group = await GroupAsync(3);
            await OpenAsync($"/admin/groups/{group}");
            await page.GetByRole(AriaRole.Row, new() { Name = "photo1.jpg" }).ClickAsync();
            await page.GetByRole(AriaRole.Row, new() { Name = "photo2.jpg" }).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        }

        async Task SelectionAsync()
        {
            await page.SetViewportSizeAsync(390, 844);
            await SelectAsync();
            await page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button).Nth(1).WaitForAsync();
        }

        // Edits the selected photos, so that a message with Undo is shown, and opens the dialog again.
        async Task EditAsync()
        {
            await SelectAsync();
            var edit = page.GetByRole(AriaRole.Toolbar).GetByRole(AriaRole.Button).Nth(1);
            await edit.ClickAsync();
            await page.Locator("[name=addTags]").FillAsync("sea");
            await page.Locator("[role=dialog] [type=submit]").ClickAsync();
            await page.GetByRole(AriaRole.Dialog).WaitForAsync(new() { State = WaitForSelectorState.Detached });
            await page.GetByRole(AriaRole.Alertdialog).WaitForAsync();
            await edit.ClickAsync();
            await page.Locator("[name=title]").FillAsync("{n}");
        }

        async Task ChoicesAsync()
        {
            var group = await GroupAsync(3);
            var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { favourites = true }).JsonAsync(HttpStatusCode.Created);
            await ChooseAsync("/api/v1" + link.Text("url"), "Anna");
            await ChooseAsync("/api/v1" + link.Text("url"), null);
            await OpenAsync($"/admin/links/{link.Id()}/favourites");
            await page.Locator("summary").ClickAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Region)).ToHaveCountAsync(2);

            async Task ChooseAsync(string below, string? name)
            {
                using var guest = server.NewClient(useCookies: true);
                await guest.GetAsync(below).StatusAsync(HttpStatusCode.OK);
                var image = (await guest.GetAsync($"{below}/images").JsonAsync()).Items()[0].Id();
                await guest.PutAsJsonAsync($"{below}/favourites/{image}", new { note = "This one" }).StatusAsync(HttpStatusCode.NoContent);
                if (name is not null)
                {
                    await guest.PostAsJsonAsync($"{below}/favourites/submit", new { name }).StatusAsync(HttpStatusCode.OK);
                }
            }
        }

        async Task DuplicatesAsync()
        {
            var group = await GroupAsync(3);
            await server.SqlAsync($"UPDATE images SET perceptual_hash = 42 WHERE group_id = '{group}'");
            await using var scope = server.Services.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new CompareImages());
            await OpenAsync("/admin/duplicates");
            await page.GetByRole(AriaRole.Region).First.WaitForAsync();
        }

        async Task TransformKeysAsync()
        {
            var signer = await TransformSigner.CreateAsync(server.Admin, "Shop");
            await OpenAsync("/admin/transforms");
            await page.GetByText($"{signer.Id}").WaitForAsync();
        }

        async Task NewTransformKeyAsync()
        {
            await OpenAsync("/admin/transforms");
            await page.GetByRole(AriaRole.Button, new() { Name = "مفتاح جديد" }).ClickAsync();
            await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Textbox).FillAsync("Shop");
            await page.Keyboard.PressAsync("Enter");
            await page.GetByLabel("معرّف المفتاح", new() { Exact = true }).WaitForAsync();
        }

        async Task SiteAsync()
        {
            await OpenAsync("/admin/site");
            await page.GetByRole(AriaRole.Checkbox).CheckAsync();
            await page.Locator("input[type=color]").WaitForAsync();
        }
    }

    [Fact]
    public async Task A_long_title_in_another_script_is_cut_at_its_end()
    {
        var group = await GroupAsync(1);
        var image = (await server.Admin.GetAsync($"/api/v1/groups/{group}/images").JsonAsync()).Items()[0].Id();
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { title = "Evening at the lighthouse, seen from the northern mole" }).StatusAsync(HttpStatusCode.OK);
        await using var visit = await chromium.VisitAsync(server);
        var page = visit.Page;
        await visit.SignInAsync();
        await page.EvaluateAsync("localStorage.setItem('imagehub.language', 'ar')");
        await page.GotoAsync($"/admin/groups/{group}");
        var title = page.GetByText("Evening at the lighthouse");
        await title.WaitForAsync();
        (await title.EvaluateAsync<bool>("""
            (title) => {
              const { firstChild } = title;
              const letter = document.createRange();
              letter.setStart(firstChild, 0);
              letter.setEnd(firstChild, 1);
              const [box, first] = [title.getBoundingClientRect(), letter.getBoundingClientRect()];
              return first.left >= box.left - 1 && first.right <= box.right + 1;
            }
            """)).ShouldBeTrue();
    }

    /// <summary>A group of images named <c>photo1.jpg</c> and so on, all of which look different.</summary>
    private async Task<Guid> GroupAsync(int images)
    {
        var group = await server.Admin.CreateGroupAsync("Harbour");
        for (var image = 1; image <= images; image++)
        {
            await server.Admin.AddImageAsync(group, $"photo{image}.jpg", TestImages.Jpeg(96 * image, 64 * image, Interlocked.Increment(ref seeds)));
        }

        return group;
    }
}
