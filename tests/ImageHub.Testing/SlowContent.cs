using System.Net;

namespace ImageHub.Testing;

/// <summary>A request body that sends its second half after a given task has completed.</summary>
public sealed class SlowContent : HttpContent
{
    private readonly byte[] bytes;
    private readonly Task rest;
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SlowContent(byte[] bytes, Task rest, string contentType = "application/octet-stream")
    {
        (this.bytes, this.rest) = (bytes, rest);
        Headers.ContentType = new(contentType);
    }

    /// <summary>The size of the first half, in bytes.</summary>
    public int FirstBytes => bytes.Length / 2;

    /// <summary>Completes when the first half has been sent.</summary>
    public Task Begun => begun.Task;

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        await stream.WriteAsync(bytes.AsMemory(0, FirstBytes));
        await stream.FlushAsync();
        begun.TrySetResult();
        await rest;
        await stream.WriteAsync(bytes.AsMemory(FirstBytes));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
