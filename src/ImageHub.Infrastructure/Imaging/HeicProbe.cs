using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// A 16×16 picture in HEIC. libvips does not expose the codecs of its libheif, and libheif reads headers of files that it cannot decode, so
/// that only decoding shows whether HEVC is supported.
/// </summary>
internal static class HeicProbe
{
    internal static readonly byte[] File = Convert.FromBase64String(
        "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAAA5waXRtAAAAAAACAAAA" +
        "EGlkYXQAAAAAABAAEAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRAAEAAAAAAAAAMgACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5m" +
        "ZQIAAAEAAQAAaHZjMQAAAAAVaW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/fj4AAAPAyAAAQAYQAEM" +
        "Af//A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFluqumubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQAAABRpc3BlAAAA" +
        "AAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAEAAAABAAAAAQcGl4aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGlt" +
        "ZwACAAEAAQAAADptZGF0AAAALigBrxMhYmNA9Sci//9Dan/qPCf9hdlhZ3K6wVvy+sD2ZJvA86qRnoCHaacwFXg=");

    /// <summary>Whether this libvips decodes HEVC.</summary>
    internal static bool Decodes()
    {
        try
        {
            using var image = VipsImage.HeifloadBuffer(File);
            using var pixels = image.CopyMemory();
            return true;
        }
        catch (VipsException)
        {
            return false;
        }
    }
}
