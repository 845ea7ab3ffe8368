using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Metadata;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Imaging;

/// <summary>The accepted file formats. Each format is a name and a class.</summary>
public sealed class FileFormatTests : IDisposable
{
    private const ImageFormat MadeUp = (ImageFormat)99;

    private readonly string folder = Directory.CreateTempSubdirectory("imagehub-formats-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_format_has_names_and_a_class()
    {
        FileFormat.All.Select(format => format.Format).Order().ShouldBe(Enum.GetValues<ImageFormat>());
        Enum.GetValues<ImageFormat>().Select(ImageFormats.MediaType).ShouldBe(["image/jpeg", "image/png", "image/webp", "image/avif", "image/gif", "image/tiff", "image/heic"]);
        Enum.GetValues<ImageFormat>().Select(format => format.Extensions()[0]).ShouldBe(["jpg", "png", "webp", "avif", "gif", "tif", "heic"]);
    }

    /// <summary>A worker needs only a class in the list to detect, inspect, render and clean a format.</summary>
    [Fact]
    public async Task A_new_format_needs_only_a_class()
    {
        var path = Path.Combine(folder, "flat");
        await File.WriteAllBytesAsync(path, TestPicture.Gradient(320, 200).ToPng());
        var frames = new Dictionary<FrameKind, int>();
        var kept = new List<ByteRange>();
        var decoder = new Decoder(
            LibVips.Load(NativeImaging.Setting, AppContext.BaseDirectory), (kind, bytes) => frames[kind] = frames.GetValueOrDefault(kind) + bytes.Length, kept.Add, [new FlatFormat(), .. FileFormat.All]);

        var answer = decoder.Run(new WorkerRequest(
            WorkerTask.Render, path, Header: null, new Box(160, 160), new Box(80, 80), new Box(40, 40), Unpacked: null, long.MaxValue, long.MaxValue, AcceptsHeic: false));

        (answer.Header!.Format, answer.Header.Width, answer.Header.Height, answer.Header.DecodingBytes).ShouldBe((MadeUp, 320, 200, 4_321));
        (answer.High!.Width, answer.High.Height, answer.Low!.Width, answer.Low.Height).ShouldBe((160, 100, 40, 25));
        frames.Keys.ShouldBe([FrameKind.High, FrameKind.Medium, FrameKind.Low], ignoreOrder: true);
        FlatFormat.Walked.ShouldBe(1);
    }

    /// <summary>A made-up format: PNG files under another identity.</summary>
    private sealed class FlatFormat : FileFormat
    {
        internal static int Walked { get; private set; }

        internal override ImageFormat Format => MadeUp;

        internal override string Loader => "png";

        internal override bool Matches(ReadOnlySpan<byte> start) => start is [0x89, (byte)'P', ..];

        internal override ImageWalker Walk(ByteSource file, int rotation = 0)
        {
            Walked++;
            return new PngWalker(file, rotation);
        }

        protected override FileShape ReadShape(FileBytes file) => new(3, IsWhole: false, 0, 0);

        protected override long EstimatePixels(int width, int height, FileShape shape) => 4_321;
    }
}
