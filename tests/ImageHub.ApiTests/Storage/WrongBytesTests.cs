using System.Net;
using System.Net.Http.Json;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.ApiTests.Storage;

/// <summary>An object store that returns wrong bytes after an image's objects have been verified.</summary>
public sealed class WrongBytesTests(PostgresServer postgres, S3Server s3) : IClassFixture<S3Server>, IAsyncLifetime
{
    private readonly LoggedLines log = new();
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageHubServer.StartAsync(postgres, s3.Settings, builder => builder.Logging.AddProvider(log));

    public async ValueTask DisposeAsync()
    {
        await s3.SetTroubleAsync(S3Trouble.None);
        await server.DisposeAsync();
        log.Dispose();
    }

    [Fact]
    public async Task A_rotation_is_answered_with_503_and_changes_nothing()
    {
        var sent = TestImages.Jpeg(64, 48, seed: 73_001);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", sent);

        await s3.SetTroubleAsync(S3Trouble.WrongLater);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");

        await s3.SetTroubleAsync(S3Trouble.None);
        var line = log.Find("the image stays as it is").ShouldHaveSingleItem();
        (line.Level, line.Text).ShouldBe((LogLevel.Error, $"The store returned the right bytes of images/{image}/1/full and then wrong bytes or none; the image stays as it is"));
        (await WidthAsync(image)).ShouldBe(64);
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(sent);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }).JsonAsync();
        (await WidthAsync(image)).ShouldBe(48);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(sent);
    }

    [Fact]
    public async Task Rendering_again_fails_and_changes_nothing()
    {
        var sent = TestImages.Jpeg(64, 48, seed: 73_002);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", sent);

        await ShouldFailAsync(server, image, isRenderedAgain: true);

        (await RevisionAsync(server, image)).ShouldBe("1");
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(sent);
    }

    [Fact]
    public async Task The_wrong_bytes_are_not_stored_as_the_next_revision_when_lost_alternates_require_one()
    {
        await using var other = await ImageHubServer.StartAsync(
            postgres, new(s3.Settings) { [ImageHubServer.AlternatesKey] = "WebP" }, builder => builder.Logging.AddProvider(log));
        var sent = TestImages.Jpeg(400, 300, seed: 73_003);
        var image = await other.Admin.AddImageAsync(await other.Admin.CreateGroupAsync(), "a.jpg", sent);
        await using var scope = other.Services.CreateAsyncScope();
        await other.RenderInBackgroundAsync();
        var store = scope.ServiceProvider.GetRequiredService<IObjectStore>();
        await store.DeleteAsync([.. ImageVariant.Alternates.Select(alternate => ObjectKey.For(image, 1, alternate))], CancellationToken.None);

        await ShouldFailAsync(other, image, isRenderedAgain: false);

        (await RevisionAsync(other, image)).ShouldBe("1");
        (await store.ListAsync($"images/{image}/", CancellationToken.None).Where(stored => !stored.Key.StartsWith($"images/{image}/1/", StringComparison.Ordinal)).CountAsync()).ShouldBe(0);
        log.With("rendered again").ShouldBeEmpty();
        (await other.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(sent);

        // Without the trouble, the check copies the objects to the next revision.
        await CheckAsync(other, image, isRenderedAgain: false);
        log.With("rendered again with the next revision").ShouldHaveSingleItem();
        (await RevisionAsync(other, image)).ShouldNotBe("1");
        (await other.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(sent);
    }

    private static async Task CheckAsync(ImageHubServer server, Guid image, bool isRenderedAgain)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ImageCheck>().RunAsync(image, new ImageCheckOptions(RenderAccounts.Admins, isRenderedAgain));
    }

    private static async Task<string> RevisionAsync(ImageHubServer server, Guid image) =>
        (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("high").Text("url")!.Split("?r=")[1];

    private async Task ShouldFailAsync(ImageHubServer server, Guid image, bool isRenderedAgain)
    {
        await s3.SetTroubleAsync(S3Trouble.WrongLater);
        (await Should.ThrowAsync<ProblemException>(() => CheckAsync(server, image, isRenderedAgain))).Problem.ShouldBe(Problems.StorageUnavailable);
        await s3.SetTroubleAsync(S3Trouble.None);
    }

    private async Task<int> WidthAsync(Guid image) => (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("width").GetInt32();
}
