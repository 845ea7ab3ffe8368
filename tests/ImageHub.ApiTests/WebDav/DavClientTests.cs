using System.Globalization;
using System.Net;
using System.Text;
using ImageHub.Domain.Tiers;
using ImageHub.Testing;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.WebDav;

/// <summary>
/// The requests of programs that do not run here, in their order. Each line is a method, a name in the folder, an argument and the expected status. The name -
/// is the folder itself. The argument of PUT is 1 for the image and 0 for an empty body; the argument of MOVE is the new name; other methods have none (-).
/// </summary>
/// <remarks>
/// The sequences are assumptions, not recordings. Finder and Explorer are known to write an empty file, lock it and then send its content. PhotoSync and
/// Lightroom document only the address and the files that they send. GNOME writes a temporary file and renames it.
/// </remarks>
public sealed class DavClientTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private static readonly byte[] Photo = TestImages.Jpeg(seed: 1);

    [Theory]
    [InlineData(
        "Finder",
        """
        OPTIONS IMG_1.jpg - 200
        PROPFIND IMG_1.jpg - 404
        PUT IMG_1.jpg 0 201
        LOCK IMG_1.jpg - 200
        PUT ._IMG_1.jpg 0 201
        LOCK ._IMG_1.jpg - 200
        PUT ._IMG_1.jpg 1 204
        UNLOCK ._IMG_1.jpg - 204
        PUT IMG_1.jpg 1 204
        PROPFIND IMG_1.jpg - 207
        UNLOCK IMG_1.jpg - 204
        GET IMG_1.jpg - 200
        """)]
    [InlineData(
        "Explorer",
        """
        OPTIONS - - 200
        PROPFIND - - 207
        PROPFIND desktop.ini - 404
        PROPFIND IMG_1.jpg - 404
        PUT IMG_1.jpg 0 201
        LOCK IMG_1.jpg - 200
        PROPPATCH IMG_1.jpg - 207
        HEAD IMG_1.jpg - 200
        PUT IMG_1.jpg 1 204
        PROPPATCH IMG_1.jpg - 207
        UNLOCK IMG_1.jpg - 204
        PROPFIND IMG_1.jpg - 207
        PROPFIND Thumbs.db - 404
        PUT Thumbs.db 0 201
        LOCK Thumbs.db - 200
        PROPPATCH Thumbs.db - 207
        HEAD Thumbs.db - 200
        PUT Thumbs.db 1 204
        PROPPATCH Thumbs.db - 207
        UNLOCK Thumbs.db - 204
        PROPFIND Thumbs.db - 207
        """)]
    [InlineData(
        "PhotoSync",
        """
        PROPFIND - - 207
        HEAD IMG_1.jpg - 404
        PUT IMG_1.jpg 1 201
        HEAD IMG_1.jpg - 200
        PROPFIND IMG_1.jpg - 207
        PUT IMG_1.jpg 1 204
        """)]
    [InlineData(
        "Lightroom",
        """
        PROPFIND - - 207
        PUT IMG_1.jpg 1 201
        PROPFIND IMG_1.jpg - 207
        DELETE IMG_1.jpg - 204
        PUT IMG_1.jpg 1 201
        """)]
    [InlineData(
        "GNOME",
        """
        PROPFIND IMG_1.jpg - 404
        PUT .goutputstream-ABC 1 201
        MOVE .goutputstream-ABC IMG_1.jpg 201
        PROPFIND IMG_1.jpg - 207
        """)]
    public async Task A_photo_arrives_whole_through_the_requests_of_each_program(string program, string requests)
    {
        using var dav = server.NewDavClient(await server.Admin.CreateKeyAsync("admin"));
        await dav.MkcolAsync($"/dav/{program}");

        await SendAsync(dav, program, requests);

        (await dav.ListDavAsync($"/dav/{program}")).ShouldBe([$"/dav/{program}/IMG_1.jpg"]);
        (await dav.GetByteArrayAsync($"/dav/{program}/IMG_1.jpg")).ShouldBe(Photo);
        await dav.DeleteAsync($"/dav/{program}").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_users_phone_sends_a_photo_to_the_own_folder_by_the_requests_of_PhotoSync()
    {
        await server.Admin.CreateUserAsync("phone", Tier.PremiumId);
        using var user = await server.SignInAsync("phone", ImageHubServer.UserPassword);
        using var dav = server.NewDavClient(await user.CreateKeyAsync("upload"), "phone");

        await SendAsync(dav, "me", """
            PROPFIND - - 207
            HEAD IMG_1.jpg - 404
            PUT IMG_1.jpg 1 201
            PROPFIND IMG_1.jpg - 207
            PUT IMG_1.jpg 1 204
            """);

        (await dav.ListDavAsync("/dav/me")).ShouldBe(["/dav/me/IMG_1.jpg"]);
        var own = (await user.GetAsync("/api/v1/me/images").JsonAsync()).Items().ShouldHaveSingleItem();
        own.Text("fileName").ShouldBe("IMG_1.jpg");
        (await user.GetByteArrayAsync($"/api/v1/images/{own.Id()}/original")).ShouldBe(Photo);
    }

    private static async Task SendAsync(HttpClient dav, string folder, string requests)
    {
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in requests.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var (method, name, body, status) = line.Split(' ') is [var first, var second, var third, var fourth] ? (first, second == "-" ? "" : second, third, fourth) : default;
            using var request = new HttpRequestMessage(new HttpMethod(method), $"/dav/{folder}/{name}") { Content = Body(method, body) };
            request.Headers.Add("Depth", "0");
            if (method == "MOVE")
            {
                request.Headers.Add("Destination", $"/dav/{folder}/{body}");
            }

            if (tokens.TryGetValue(name, out var token))
            {
                request.Headers.TryAddWithoutValidation(method == "UNLOCK" ? "Lock-Token" : "If", method == "UNLOCK" ? token : $"({token})");
            }

            using var answer = await dav.SendAsync(request);

            ((int)answer.StatusCode).ToString(CultureInfo.InvariantCulture).ShouldBe(status, $"{folder}: {line}: {await answer.Content.ReadAsStringAsync()}");
            if (answer.Headers.TryGetValues("Lock-Token", out var given))
            {
                tokens[name] = given.Single();
            }
        }
    }

    private static ByteArrayContent? Body(string method, string body) => method switch
    {
        "PUT" => new ByteArrayContent(body == "0" ? [] : Photo),
        "LOCK" => new ByteArrayContent("<lockinfo xmlns='DAV:'><lockscope><exclusive/></lockscope><locktype><write/></locktype></lockinfo>"u8.ToArray()),
        "PROPPATCH" => new ByteArrayContent(Encoding.UTF8.GetBytes(
            "<D:propertyupdate xmlns:D='DAV:' xmlns:Z='urn:schemas-microsoft-com:'><D:set><D:prop><Z:Win32FileAttributes>00000020</Z:Win32FileAttributes></D:prop></D:set></D:propertyupdate>")),
        _ => null,
    };
}
