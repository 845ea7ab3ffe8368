using System.Buffers.Binary;
using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>A box (ISO/IEC 14496-12 4.2).</summary>
/// <param name="Type">Four letters.</param>
/// <param name="Range">The whole box.</param>
/// <param name="Content">The content after the header.</param>
internal readonly record struct IsoBox(string Type, ByteRange Range, ByteRange Content)
{
    /// <summary>The header: length and type.</summary>
    internal ByteRange Header => Range with { End = Content.Start };

    /// <summary>Reads the boxes in a range, up to the first invalid box.</summary>
    internal static IEnumerable<IsoBox> Read(ByteSource file, ByteRange within)
    {
        var head = new byte[16];
        for (var at = within.Start; at + 8 <= within.End && file.TryRead(at, head.AsSpan(0, 8));)
        {
            var headLength = 8L;
            long length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length == 1)
            {
                headLength = 16;
                if (!file.TryRead(at, head))
                {
                    yield break;
                }

                length = (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(head.AsSpan(8)), long.MaxValue / 4);
            }
            else if (length == 0)
            {
                length = within.End - at;
            }

            if (length < headLength)
            {
                yield break;
            }

            var range = new ByteRange(at, Math.Min(at + length, within.End));
            yield return new IsoBox(Encoding.Latin1.GetString(head, 4, 4), range, range with { Start = Math.Min(at + headLength, range.End) });
            at = range.End;
        }
    }
}
