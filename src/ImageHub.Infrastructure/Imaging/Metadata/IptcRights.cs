using System.Text;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>Reads creator, credit and copyright from IPTC-IIM.</summary>
internal static class IptcRights
{
    private const byte CreditLine = 110;
    private const int MaxFound = 64;

    /// <summary>Adds the datasets' values to a packet if it lacks them.</summary>
    /// <param name="block">The datasets.</param>
    /// <param name="packet">The packet.</param>
    internal static void Read(ByteSource block, XmpPacket packet)
    {
        var found = IptcDataset.Read(block)
            .Where(dataset => dataset is { Record: 2, Number: IptcCaption.ByLine or CreditLine or IptcCaption.CopyrightNotice })
            .Take(MaxFound)
            .Select(dataset => (dataset.Number, Text: Decode(dataset.Value.Take(0, short.MaxValue))))
            .ToList();
        packet.AddMissing(XmpPacket.Creator, "Seq", Find(IptcCaption.ByLine));
        packet.AddMissing(XmpPacket.Credit, null, Find(CreditLine));
        packet.AddMissing(XmpPacket.Copyright, "Alt", [.. Find(IptcCaption.CopyrightNotice).Take(1)]);

        string[] Find(byte number) => [.. found.Where(dataset => dataset.Number == number && !string.IsNullOrWhiteSpace(dataset.Text)).Select(dataset => dataset.Text)];
    }

    /// <summary>Decodes a text of unknown character set: valid UTF-8 as UTF-8, other text as Latin-1.</summary>
    internal static string Decode(ReadOnlySpan<byte> text) => System.Text.Unicode.Utf8.IsValid(text) ? Encoding.UTF8.GetString(text) : Encoding.Latin1.GetString(text);
}
