using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Uploads;

/// <summary>Parts of one file sent to different instances, on S3.</summary>
public sealed class TusOnTwoInstancesTests(TwoInstances instances) : IClassFixture<TwoInstances>
{
    [Fact]
    public async Task An_upload_started_on_one_instance_continues_on_the_other()
    {
        var photo = TestImages.Jpeg();
        var (first, second) = (instances.Admins[0], instances.Admins[1]);
        var group = await first.CreateGroupAsync();
        var url = await first.TusBeginAsync(photo.Length, group, "harbour.jpg");
        await first.TusPatchAsync(url, 0, photo[..1_000]).StatusAsync(HttpStatusCode.NoContent);

        (await second.TusOffsetAsync(url)).ShouldBe(1_000);
        await second.TusPatchAsync(url, 1_000, photo[1_000..2_000]).StatusAsync(HttpStatusCode.NoContent);
        using var last = await first.TusPatchAsync(url, 2_000, photo[2_000..]);

        last.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await second.GetByteArrayAsync($"/api/v1/images/{last.Header("ImageHub-Image-Id")}/full")).ShouldBe(photo);
    }

    [Fact]
    public async Task When_the_same_file_is_sent_to_both_instances_at_once_one_image_is_created()
    {
        var photo = TestImages.Jpeg(seed: 3);
        var group = await instances.Admins[0].CreateGroupAsync();
        var (upload, urls) = await instances.Admins[0].AnnounceAsync(group, [("harbour.jpg", photo)]);

        var answers = await Task.WhenAll(instances.Admins.Select(async admin =>
        {
            using var answer = await admin.TusPatchAsync(urls[0], 0, photo);
            return answer.StatusCode;
        }));

        answers.Order().ShouldBe([HttpStatusCode.NoContent, HttpStatusCode.Conflict]);
        (await instances.Admins[1].GetAsync($"/api/v1/groups/{group}").JsonAsync()).GetProperty("imageCount").GetInt32().ShouldBe(1);
        (await instances.Admins[1].ReceiptAsync(upload)).GetProperty("uploaded").GetInt32().ShouldBe(1);
    }
}
