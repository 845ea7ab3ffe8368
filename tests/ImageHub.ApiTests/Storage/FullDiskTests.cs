using System.Net;
using ImageHub.Application.Storage;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Storage;

/// <summary>A full disk: the routes that write to it answer 503, and work again once there is space.</summary>
public sealed class FullDiskTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly FullDisk disk = new();
    private ImageHubServer server = null!;
    private Guid group;
    private Guid image;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres, configure: builder => disk.Wrap(builder.Services));
        group = await server.Admin.CreateGroupAsync();
        image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg(seed: 1));
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Theory]
    [InlineData(FullDisk.State.NoFolders)]
    [InlineData(FullDisk.State.NoBytes)]
    public async Task On_a_full_disk_every_writing_route_is_503_and_works_again_once_there_is_space(FullDisk.State state)
    {
        var content = TestImages.Jpeg(seed: 4);
        var (_, announced) = await server.Admin.AnnounceAsync(group, [("d.jpg", content)]);
        (string What, Func<Task<HttpResponseMessage>> Send, HttpStatusCode Expected)[] routes =
        [
            ("archive", () => server.Visitor.GetAsync($"/api/v1/groups/{group}/archive"), HttpStatusCode.OK),
            ("thumbnail", () => server.Admin.GetAsync($"/api/v1/images/{image}/thumbnails/100"), HttpStatusCode.OK),
            ("put", () => server.Admin.PutImageAsync(group, "b.jpg", TestImages.Jpeg(seed: 2)), HttpStatusCode.Created),
            ("tus", () => TusAsync(TestImages.Jpeg(seed: 3)), HttpStatusCode.Created),
            ("announced files", () => server.Admin.SendFilesAsync((announced[0], content)), HttpStatusCode.OK),
        ];
        disk.Now = state;
        foreach (var (what, send, _) in routes)
        {
            using var refused = await send();
            refused.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable, what);
            refused.Headers.RetryAfter.ShouldNotBeNull(what);
        }

        disk.Now = FullDisk.State.Free;
        foreach (var (what, send, expected) in routes)
        {
            using var answer = await send();
            answer.StatusCode.ShouldBe(expected, what);
        }
    }

    private Task<HttpResponseMessage> TusAsync(byte[] content)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/uploads/tus") { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = new("application/offset+octet-stream");
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", $"{content.Length}");
        request.Headers.Add("Upload-Metadata", $"filename {Convert.ToBase64String("c.jpg"u8)},groupId {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(group.ToString()))}");
        return server.Admin.SendAsync(request);
    }
}

/// <summary>Wraps a server's staging folder. If a test fills the disk, writes fail as on a full disk.</summary>
public sealed class FullDisk
{
    /// <summary>The free space of the disk.</summary>
    public enum State
    {
        /// <summary>Everything can be written.</summary>
        Free,

        /// <summary>No folder or scratch file can be created.</summary>
        NoFolders,

        /// <summary>No folder can be created. Scratch files can be opened, but their bytes cannot be flushed.</summary>
        NoBytes,
    }

    /// <summary>The current state.</summary>
    public State Now { get; set; }

    /// <summary>Wraps the registered staging folder.</summary>
    public void Wrap(IServiceCollection services)
    {
        var real = services.Last(service => service.ServiceType == typeof(IStaging));
        services.Remove(real);
        services.AddSingleton<IStaging>(provider => new Staging((IStaging)ActivatorUtilities.CreateInstance(provider, real.ImplementationType!), this));
    }

    // ENOSPC, as the runtime reports it.
    private static IOException NoSpace() => new("No space left on device", 28);

    private sealed class Staging(IStaging real, FullDisk disk) : IStaging, IDisposable
    {
        public StagingFolder Create(Guid imageId) => disk.Now == State.Free ? real.Create(imageId) : throw NoSpace();

        public string CreateFolder() => disk.Now == State.Free ? real.CreateFolder() : throw NoSpace();

        public Stream OpenScratch() => disk.Now switch
        {
            State.NoFolders => throw NoSpace(),
            State.NoBytes => new FullFile(),
            _ => real.OpenScratch(),
        };

        public IAsyncEnumerable<Guid> TakeAbandonedAsync(CancellationToken cancellationToken) => real.TakeAbandonedAsync(cancellationToken);

        public void Dispose() => ((IDisposable)real).Dispose();
    }

    /// <summary>Accepts bytes until they are flushed, like a buffered file.</summary>
    private sealed class FullFile : MemoryStream
    {
        public override void Flush()
        {
            if (Length > 0)
            {
                throw NoSpace();
            }
        }
    }
}
