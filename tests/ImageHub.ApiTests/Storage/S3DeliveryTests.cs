using System.Net;
using ImageHub.Application.Storage;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using ImageHub.Testing.Storage;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageHub.ApiTests.Storage;

/// <summary>Uploads, delivery and deletion with the objects in S3.</summary>
public sealed class S3DeliveryTests(PostgresServer postgres, S3Server s3) : IClassFixture<S3Server>
{
    [Theory]
    [InlineData("Proxy")]
    [InlineData("Redirect")]
    public async Task Public_images_are_delivered_as_configured_and_everything_else_is_proxied(string delivery)
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new(s3.Settings) { ["Storage:S3:Delivery"] = delivery });
        var content = TestImages.Jpeg();
        var open = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", content);
        var hidden = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(isPublished: false), "a.jpg", content);

        using var answer = await server.Visitor.GetAsync($"/api/v1/images/{open}/full");
        if (delivery == "Redirect")
        {
            answer.StatusCode.ShouldBe(HttpStatusCode.Found);
            answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
            using var anyone = new HttpClient();
            (await anyone.GetByteArrayAsync(answer.Headers.Location)).ShouldBe(content);

            // HEAD is redirected like GET, to an address that is signed for HEAD.
            using var head = await server.Visitor.SendAsync(new HttpRequestMessage(HttpMethod.Head, $"/api/v1/images/{open}/full"));
            head.StatusCode.ShouldBe(HttpStatusCode.Found);
            using var there = await anyone.SendAsync(new HttpRequestMessage(HttpMethod.Head, head.Headers.Location));
            (there.StatusCode, there.Content.Headers.ContentLength).ShouldBe((HttpStatusCode.OK, content.Length));

            // Renditions made on request redirect to the store, too.
            var scan = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.tif", TestImages.Tiff());
            using var made = await server.Visitor.GetAsync($"/api/v1/images/{scan}/full?format=jpeg");
            made.StatusCode.ShouldBe(HttpStatusCode.Found);
            using var jpeg = await anyone.GetAsync(made.Headers.Location);
            jpeg.Content.Headers.ContentType!.MediaType.ShouldBe("image/jpeg");
        }
        else
        {
            (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(content);
        }

        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{hidden}/full")).ShouldBe(content);
        (await server.Admin.GetByteArrayAsync($"/api/v1/images/{open}/original")).ShouldBe(content);
        using var part = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/images/{hidden}/full") { Headers = { Range = new(10, 19) } };
        using var ranged = await server.Admin.SendAsync(part);
        (await ranged.Content.ReadAsByteArrayAsync()).ShouldBe(content[10..20]);
    }

    [Fact]
    public async Task Objects_that_the_store_failed_to_delete_are_deleted_once_it_works_again()
    {
        await using var own = new S3Server();
        await own.InitializeAsync();
        await using var server = await ImageHubServer.StartAsync(postgres, own.Settings);
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await own.KillAsync();

        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        await SendAsync(new DeleteOrphanedObjects());
        ((long)(await server.SqlAsync("SELECT count(*) FROM orphaned_objects WHERE due_at <= now()"))!).ShouldBeGreaterThan(3);
        await own.InitializeAsync();
        await SendAsync(new DeleteOrphanedObjects());

        (await server.SqlAsync("SELECT count(*) FROM orphaned_objects")).ShouldBe(0L);
        await using var scope = server.Services.CreateAsyncScope();
        await foreach (var left in scope.ServiceProvider.GetRequiredService<IObjectStore>().ListAsync("images/", TestContext.Current.CancellationToken))
        {
            left.Key.ShouldBeNull();
        }

        async Task SendAsync(IRequest request)
        {
            await using var sending = server.Services.CreateAsyncScope();
            await sending.ServiceProvider.GetRequiredService<IMediator>().Send(request);
        }
    }

    [Fact]
    public async Task While_the_store_is_down_uploads_and_images_are_503_and_health_reports_it()
    {
        await using var own = new S3Server();
        await own.InitializeAsync();
        var clock = new ShiftedClock();
        await using var server = await ImageHubServer.StartAsync(postgres, own.Settings, builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        var group = await server.Admin.CreateGroupAsync();
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
        await own.KillAsync();

        await server.Visitor.GetAsync($"/api/v1/images/{image}/low").ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");
        await server.Admin.PutImageAsync(group, "b.jpg", TestImages.Jpeg(seed: 2)).ProblemAsync(HttpStatusCode.ServiceUnavailable, "storageUnavailable");

        // The server reuses the result of a storage check for ten seconds.
        clock.Advance(TimeSpan.FromSeconds(10));
        (await server.Visitor.GetAsync("/health/ready").JsonAsync(HttpStatusCode.ServiceUnavailable)).GetProperty("checks").Text("storage").ShouldNotBe("ok");
        (await server.Admin.GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
    }
}
