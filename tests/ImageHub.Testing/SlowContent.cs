using System.Net;

namespace ImageHub.Testing;

/// <summary>A body whose second half comes later.</summary>
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

    /// <summary>How many bytes come at once.</summary>
    public int FirstBytes => bytes.Length / 2;

    /// <summary>Ends when the first half is on its way.</summary>
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
