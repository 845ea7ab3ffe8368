using ImageHub.Domain.Images;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Delivery;

/// <summary>
/// Sends streams block by block, each read directly into the connection's memory. The framework's executor copies 64 KiB at a time through an
/// intermediate buffer, which takes as much CPU time as the blocks' checksums.
/// </summary>
internal sealed class BlockStreamExecutor(ILoggerFactory loggerFactory) : FileStreamResultExecutor(loggerFactory)
{
    protected override async Task WriteFileAsync(ActionContext context, FileStreamResult result, RangeItemHeaderValue? range, long rangeLength)
    {
        var content = result.FileStream;
        await using (content)
        {
            try
            {
                if (range is null)
                {
                    await SendAsync(content, content.CanSeek ? content.Length - content.Position : long.MaxValue, context.HttpContext);
                }
                else if (rangeLength > 0)
                {
                    content.Position = range.From!.Value;
                    await SendAsync(content, rangeLength, context.HttpContext);
                }
            }
            catch (OperationCanceledException)
            {
                // The client has disconnected, or reading was cancelled. Abort, so that the client does not mistake a part for the whole file.
                context.HttpContext.Abort();
            }
        }
    }

    /// <summary>Sends the given number of bytes, or up to the stream's end.</summary>
    private static async Task SendAsync(Stream content, long left, HttpContext http)
    {
        var writer = http.Response.BodyWriter;
        while (left > 0)
        {
            var atMost = BlockChecksums.BlockSize - (content.CanSeek ? content.Position % BlockChecksums.BlockSize : 0);
            var length = (int)Math.Min(atMost, left);
            var read = await content.ReadAsync(writer.GetMemory(length)[..length], http.RequestAborted);
            if (read == 0)
            {
                return;
            }

            writer.Advance(read);
            left -= read;
            if ((await writer.FlushAsync(http.RequestAborted)).IsCompleted)
            {
                // The connection has ended, but the server has not noticed yet. Without an abort, the server would log an error about missing bytes.
                http.Abort();
                return;
            }
        }
    }
}
