using System.Net;
using System.Net.Http.Json;
using ImageHub.Application.Errors;
using ImageHub.Application.Storage;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Storage;

/// <summary>An object store that returns wrong bytes after an image's objects have been verified.</summary>
public sealed class WrongBytesTests(PostgresServer postgres, S3Server s3) : IClassFixture<S3Server>, IAsyncLifetime
{
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageHubServer.StartAsync(postgres, s3.Settings);

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_rotation_is_answered_with_503_and_changes_nothing()
    {
        var sent = TestImages.Jpeg(64, 48, seed: 73_001);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", sent);

        await s3.SetTroubleAsync(S3Trouble.WrongLater);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");

        await s3.SetTroubleAsync(S3Trouble.None);
        (await WidthAsync(image)).ShouldBe(64);
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(sent);
        await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image}", new { rotate = 90 }).JsonAsync();
        (await WidthAsync(image)).ShouldBe(48);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{image}/original")).ShouldBe(sent);
    }

    [Fact]
    public async Task Renditions_are_not_rendered_again_from_wrong_bytes_nor_are_those_stored()
    {
        var sent = TestImages.Jpeg(64, 48, seed: 73_002);
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", sent);
        await using var scope = server.Services.CreateAsyncScope();
        var check = scope.ServiceProvider.GetRequiredService<ImageCheck>();

        await s3.SetTroubleAsync(S3Trouble.WrongLater);
        var problem = await Should.ThrowAsync<ProblemException>(() => check.RunAsync(image, isRenderedAgain: true));

        problem.Problem.ShouldBe(Problems.StorageUnavailable);
        await s3.SetTroubleAsync(S3Trouble.None);
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{image}/full")).ShouldBe(sent);
    }

    private async Task<int> WidthAsync(Guid image) => (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("width").GetInt32();
}
