using ImageHub.Domain.Images;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace ImageHub.Api.Delivery;

/// <summary>
/// Sends streams block by block, each read straight into the memory that the connection sends from. The framework's own executor copies
/// 64 KiB at a time through a buffer in between, which costs as much as the checksums of the blocks do.
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
                // The client has left. Anything else that cancels must not look like the end of the file.
                context.HttpContext.Abort();
            }
        }
    }

    /// <summary>Sends so many bytes, or up to the stream's end.</summary>
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
                return;
            }
        }
    }
}
