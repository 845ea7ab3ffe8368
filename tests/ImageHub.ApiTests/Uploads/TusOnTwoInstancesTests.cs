using System.Net;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Uploads;

/// <summary>Parts of one file sent to different instances, on S3.</summary>
public sealed class TusOnTwoInstancesTests(TwoInstances instances) : IClassFixture<TwoInstances>
{
    [Fact]
    public async Task A_file_goes_on_at_the_other_instance_where_it_stopped_at_the_first()
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
    public async Task Of_the_same_file_sent_to_both_at_once_one_becomes_the_image()
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
