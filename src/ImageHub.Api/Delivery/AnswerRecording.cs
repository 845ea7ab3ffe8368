using ImageHub.Application.Delivery;
using ImageHub.Api.RateLimits;
using ImageHub.Api.Requests;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Delivery;

/// <summary>Replaces a response's body while the response is written: forwards all bytes and records a cacheable response.</summary>
/// <param name="response">The response, whose original body receives all bytes.</param>
/// <param name="memory">The memory shared by all concurrent recordings.</param>
internal sealed class AnswerRecording(HttpResponse response, RecordingMemory memory) : Stream
{
    /// <summary>The size limit of a cached response, in bytes.</summary>
    private const int MaxBytes = 2 * 1024 * 1024;

    /// <summary>Headers that are not cached, because they apply to one connection, moment or caller.</summary>
    private static readonly string[] NotKept =
    [
        HeaderNames.Connection, HeaderNames.ContentLength, HeaderNames.Date, HeaderNames.StrictTransportSecurity, HeaderNames.TransferEncoding, CommonHeaders.RequestId,
        HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlExposeHeaders, ThrottleHeaders.State, ThrottleHeaders.Policy,
    ];

    private readonly Stream body = response.Body;
    private MemoryStream? noted = new();
    private KeyValuePair<string, string>[]? headers;
    private long taken;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The response once it is complete, or null if it cannot be cached.</summary>
    public KeptContent? Find() => noted is not null && headers is not null && (response.ContentLength ?? noted.Length) == noted.Length ? new KeptContent(headers, noted.ToArray()) : null;

    /// <summary>Stops recording: the response is not cached.</summary>
    public void GiveUp()
    {
        noted = null;
        memory.Return(taken);
        taken = 0;
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Note(buffer);
        body.Write(buffer);
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Note(buffer.Span);
        return body.WriteAsync(buffer, cancellationToken);
    }

    /// <inheritdoc/>
    public override void Flush() => body.Flush();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => body.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    private void Note(ReadOnlySpan<byte> buffer)
    {
        if (noted is null)
        {
            return;
        }

        headers ??= [.. response.Headers.Where(header => !NotKept.Contains(header.Key, StringComparer.OrdinalIgnoreCase)).Select(header => KeyValuePair.Create(header.Key, header.Value.ToString()))];
        var length = Math.Max(response.ContentLength ?? 0, noted.Length + buffer.Length);
        if (response.StatusCode != StatusCodes.Status200OK || response.Headers.SetCookie.Count > 0 || length > MaxBytes || !TryTake(length))
        {
            GiveUp();
            return;
        }

        noted.Write(buffer);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        GiveUp();
        base.Dispose(disposing);
    }

    /// <summary>Reserves memory for the given total length, if enough is left.</summary>
    private bool TryTake(long length)
    {
        var more = length - taken;
        if (more > 0 && !memory.TryTake(more))
        {
            return false;
        }

        taken = Math.Max(taken, length);
        return true;
    }
}
