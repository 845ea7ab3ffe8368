using ImageHub.Domain.Images;

namespace ImageHub.UnitTests.Images;

public sealed class TransformTests
{
    // The largest watermark number that fits in a variant's number.
    private const int LastMark = (int.MaxValue / 4096) - 1;

    [Theory]
    [InlineData(1, 1, 0, ImageFormat.Jpeg, 1, "1x1-0-1-jpeg")]
    [InlineData(800, 600, 500, ImageFormat.WebP, 84, "800x600-500-84-webp")]
    [InlineData(4000, 4000, Transform.NoCrop, ImageFormat.Png, 0, "4000x4000-1002-0-png")]
    [InlineData(4000, 3999, Transform.AttentionCrop, ImageFormat.Avif, 100, "4000x3999-1001-100-avif")]
    public void A_transform_is_found_by_its_number_and_by_its_name_with_and_without_a_watermark(int width, int height, int crop, ImageFormat format, int quality, string name)
    {
        var variant = ImageVariant.From(new Transform(new Box(width, height), crop, format, quality));
        variant.Name.ShouldBe(name);
        variant.Number!.Value.ShouldBeLessThan(0);
        foreach (var one in (ImageVariant[])[variant, variant.MarkedBy(1), variant.MarkedBy(LastMark)])
        {
            ImageVariant.OnRequest(one.Number!.Value).ShouldBe(one);
            ImageVariant.ParseOnRequest(one.Name).ShouldBe(one);
            ObjectKey.Parse(ObjectKey.For(Guid.Empty, 7, one)).ShouldBe(new ObjectKey(Guid.Empty, 7, one));
        }

        variant.MarkedBy(LastMark).Name.ShouldBe($"{name}-mark-524286");
        new HashSet<long?> { variant.Number, variant.MarkedBy(1).Number, variant.MarkedBy(LastMark).Number }.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("800x600-500-84-gif")]
    [InlineData("800x600-500-84")]
    [InlineData("0800x600-500-84-webp")]
    [InlineData("4001x600-500-84-webp")]
    [InlineData("800x600-1003-84-webp")]
    [InlineData("800x600-500-101-webp")]
    [InlineData("800x600-500-84-webp-mark-0")]
    public void No_other_name_is_a_transform(string name) => ImageVariant.ParseOnRequest(name).ShouldBeNull();
}
