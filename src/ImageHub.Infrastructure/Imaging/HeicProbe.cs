using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// A 16×16 picture in HEIC. Only decoding it shows whether HEVC is supported: libvips does not list libheif's codecs, and libheif also reads headers of files
/// that it cannot decode.
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

    /// <summary>Whether the loaded libvips decodes HEVC.</summary>
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
