using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Uploads;

/// <summary>The well-known tus clients, unmodified, with the real application.</summary>
public sealed class TusClientTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    [Theory]
    [InlineData("tus-js-client", 2_000)]
    [InlineData("tus-js-client", 1_000_000)]
    [InlineData("uppy", 2_000)]
    [InlineData("uppy", 1_000_000)]
    public async Task A_tus_client_uploads_a_file_in_chunks_or_at_once(string client, int chunkSize)
    {
        var photo = TestImages.Jpeg(seed: chunkSize);
        var group = await server.Admin.CreateGroupAsync();

        var imageId = await UploadAsync(client, group, photo, chunkSize);

        var image = await server.Visitor.GetAsync($"/api/v1/images/{imageId}").JsonAsync();
        (image.Text("fileName"), image.Id("groupId")).ShouldBe(("harbour at dawn.jpg", group));
        (await server.Visitor.GetByteArrayAsync($"/api/v1/images/{imageId}/full")).ShouldBe(photo);
    }

    private async Task<string> UploadAsync(string client, Guid group, byte[] photo, int chunkSize)
    {
        var token = server.Admin.DefaultRequestHeaders.Authorization!.Parameter!;
        using var node = NodeTools.Start(
            "tus.mjs", client, new Uri(server.Url, TusRequests.Path).AbsoluteUri, token, group.ToString(), "harbour at dawn.jpg", $"{chunkSize}");
        var (output, error) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.StandardInput.BaseStream.WriteAsync(photo);
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, await error);
        return (await output).Trim();
    }
}
