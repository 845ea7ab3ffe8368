using ImageHub.Application.Delivery;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Delivery;

/// <summary>
/// How many bytes the answers hold together that are being recorded: a quarter of what kept answers may, however many slow readers there are. What finds
/// nothing left is answered without being kept.
/// </summary>
internal sealed class RecordingMemory(IOptions<DeliveryOptions> options)
{
    private readonly long most = options.Value.KeptBytes / 4;
    private long held;

    /// <summary>Takes so many bytes, or none.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref held, bytes) <= most)
        {
            return true;
        }

        Return(bytes);
        return false;
    }

    /// <summary>Gives back what was taken.</summary>
    public void Return(long bytes) => Interlocked.Add(ref held, -bytes);
}
