using System.IO.Pipelines;
using ImageHub.Api.Delivery;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.UnitTests.Delivery;

public sealed class BlockStreamExecutorTests
{
    /// <summary>The client has closed the connection, and the server has not noticed yet.</summary>
    [Fact]
    public async Task A_file_that_cannot_be_sent_to_its_end_aborts_the_request()
    {
        var pipe = new Pipe();
        await pipe.Reader.CompleteAsync();
        var request = new Request();
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseBodyFeature>(new Body(pipe.Writer));
        http.Features.Set<IHttpRequestLifetimeFeature>(request);
        var file = new FileStreamResult(new MemoryStream(new byte[5_000_000]), "image/jpeg");

        await new BlockStreamExecutor(NullLoggerFactory.Instance).ExecuteAsync(new ActionContext(http, new RouteData(), new ActionDescriptor()), file);

        request.IsAborted.ShouldBeTrue();
        http.Response.ContentLength.ShouldBe(5_000_000);
    }

    private sealed class Request : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }

    private sealed class Body(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => writer.AsStream();

        public PipeWriter Writer => writer;

        public Task CompleteAsync() => Task.CompletedTask;

        public void DisableBuffering()
        {
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
