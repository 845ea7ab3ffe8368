using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging;
using ImageHub.Infrastructure.Imaging.Formats;
using ImageHub.Infrastructure.Imaging.Workers;

namespace ImageHub.UnitTests.Imaging;

/// <summary>The memory estimates for photos from phones and cameras.</summary>
public sealed class MemoryEstimateTests
{
    [Fact]
    public void A_23_megapixel_AVIF_with_12_bits_and_alpha_is_refused_by_its_header_and_one_with_8_bits_is_not()
    {
        var room = (new ImagingOptions().MemoryBudgetBytes / 4 * 3) - WorkerDispatcher.WorkerBytes;

        FileFormat.Find(ImageFormat.Avif).EstimateDecoding(5_900, 3_900, new FileShape(8, true, 5_000_000, 0)).ShouldBeGreaterThan(room);
        FileFormat.Find(ImageFormat.Avif).EstimateDecoding(5_900, 3_900, new FileShape(3, true, 5_000_000, 0)).ShouldBeLessThan(room);
    }

    [Theory]
    [InlineData(8064, 6048, 10)]
    [InlineData(8000, 6000, 16)]
    public void A_48_megapixel_phone_photo_is_rendered_with_the_default_budget_by_either_decoder(int width, int height, int megabytes)
    {
        var options = new ImagingOptions();
        var room = (options.MemoryBudgetBytes / 4 * 3) - WorkerDispatcher.WorkerBytes;
        var shape = new FileShape(3, false, megabytes * 1_000_000, 0);
        var header = new ImageHeader(ImageFormat.Heic, width, height) { DecodingBytes = FileFormat.Find(ImageFormat.Heic).EstimateDecoding(width, height, shape) };

        MemoryEstimate.ForUnpacking(header).ShouldBeLessThan(room);
        MemoryEstimate.ForRendering(header, new Box(1400, 1050), NewRequest(WorkerTask.Render, AlternateFormats.None)).ShouldBeLessThan(room);
        MemoryEstimate.ForRendering(header, new Box(1400, 1050), NewRequest(WorkerTask.RenderAlternates, AlternateFormats.Both)).ShouldBeLessThan(room);
    }

    private static WorkerRequest NewRequest(WorkerTask task, AlternateFormats formats) =>
        new(task, "source", Header: null, High: null, Medium: null, Low: null, Unpacked: null, Bytes: 0, MaxPixels: long.MaxValue, AcceptsHeic: true) { Formats = formats };
}
