using ImageHub.Application.Delivery;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Delivery;

/// <summary>
/// Limits the total size of responses being recorded to a quarter of the response cache, even with many slow readers. At the limit, responses
/// are sent without being cached.
/// </summary>
internal sealed class RecordingMemory(IOptions<DeliveryOptions> options)
{
    private readonly long most = options.Value.KeptBytes / 4;
    private long held;

    /// <summary>Reserves the bytes, all or none.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref held, bytes) <= most)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    /// <summary>Releases reserved bytes.</summary>
    public void Return(long bytes) => Interlocked.Add(ref held, -bytes);
}
