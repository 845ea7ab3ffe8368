using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.WebDav;

/// <summary>Replacing an image while others change it.</summary>
public sealed class DavReplacementTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_image_that_is_moved_or_deleted_while_its_new_content_is_rendered_is_not_replaced(bool isMoved)
    {
        var renderings = new CountingRenderer();
        await using var server = await ImageHubServer.StartAsync(postgres, configure: builder => renderings.Wrap(builder.Services));
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync("/dav/Hidden");
        var content = TestImages.Jpeg(seed: 1);
        await dav.PutDavAsync("/dav/Hidden/one.jpg", content);
        var elsewhere = await server.Admin.CreateGroupAsync("Published");
        var image = (Guid)(await server.SqlAsync("SELECT id FROM images"))!;
        var (reached, moved) = (new TaskCompletionSource(), new TaskCompletionSource());
        renderings.BeforeUpload = () =>
        {
            reached.TrySetResult();
            return moved.Task;
        };

        var replacing = dav.PutAsync("/dav/Hidden/one.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 2)));
        await reached.Task;
        await (isMoved
            ? server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { groupId = elsewhere }).StatusAsync(HttpStatusCode.OK)
            : server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent));
        moved.SetResult();

        (await replacing.ProblemAsync(HttpStatusCode.PreconditionFailed, "preconditionFailed")).Text("detail").ShouldBe("'one.jpg' was moved, renamed or replaced meanwhile; send the request again.");
        if (isMoved)
        {
            (await dav.GetByteArrayAsync("/dav/Published/one.jpg")).ShouldBe(content);
        }

        (await dav.ListDavAsync("/dav/Hidden/")).ShouldBeEmpty();
    }
}
