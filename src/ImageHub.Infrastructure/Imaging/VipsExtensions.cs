using ImageHub.Domain.Images;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>Properties missing in NetVips.</summary>
internal static class VipsExtensions
{
    extension(VipsImage image)
    {
        /// <summary>The size in pixels, after EXIF orientation.</summary>
        internal Box UprightSize => image.Contains("orientation") && image.Get("orientation") is >= 5 and <= 8
            ? new Box(image.Height, image.Width)
            : new Box(image.Width, image.Height);
    }

    extension(VipsException exception)
    {
        /// <summary>Whether memory ran out; the file's content is then not the cause.</summary>
        internal bool IsOutOfMemory => exception.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase);
    }
}
