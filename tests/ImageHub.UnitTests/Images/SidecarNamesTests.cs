using ImageHub.Application.Images;

namespace ImageHub.UnitTests.Images;

/// <summary>The matching of sidecars to photos by name.</summary>
public sealed class SidecarNamesTests
{
    [Theory]
    [InlineData("IMG_1.jpg", "IMG_1.xmp", true)]
    [InlineData("IMG_1.jpg", "img_1.XMP", true)]
    [InlineData("IMG_1.jpg", "IMG_1.jpg.xmp", true)]
    [InlineData("IMG_1.jpg", "IMG_10.xmp", false)]
    [InlineData("IMG_1.jpg", "IMG_1.png.xmp", false)]
    [InlineData("IMG_1.jpg", "IMG_1.jpg.json", true)]
    [InlineData("IMG_1.jpg", "IMG_1.json", false)]
    [InlineData("IMG_1.jpg", "IMG_1.jpg.supplemental-metadata.json", true)]
    [InlineData("IMG_1.jpg", "IMG_1.jpg.supplemental-met.json", true)]
    [InlineData("IMG_1.jpg", "IMG_1.jpg.notes.json", false)]
    [InlineData("IMG_1(1).jpg", "IMG_1.jpg(1).json", true)]
    [InlineData("IMG_1(1).jpg", "IMG_1.jpg.supplemental-metadata(1).json", true)]
    [InlineData("IMG_1(1).jpg", "IMG_1.jpg.json", false)]
    [InlineData("IMG_1.jpg", "IMG_1.jpg(1).json", false)]
    [InlineData("IMG_1-edited.jpg", "IMG_1.jpg.json", true)]
    [InlineData("IMG_1-edited(1).jpg", "IMG_1.jpg(1).json", true)]
    [InlineData("a-name-of-a-photo-that-is-longer-than-forty-six-characters.jpg", "a-name-of-a-photo-that-is-longer-than-forty-si.json", true)]
    [InlineData("a-name-of-a-photo-that-is-longer-than-forty-six-characters.jpg", "a-name-of-a-photo.json", false)]
    [InlineData("IMG_1.jpg", "metadata.json", false)]
    public void A_sidecar_belongs_to_the_photo_that_its_program_named_it_after(string photo, string sidecar, bool isPaired) =>
        new SidecarNames([sidecar]).Find(photo).ShouldBe(isPaired ? sidecar : null);

    [Fact]
    public void The_whole_name_precedes_the_stem_and_XMP_precedes_JSON()
    {
        new SidecarNames(["IMG_1.jpg.json", "IMG_1.xmp", "IMG_1.jpg.xmp"]).Find("IMG_1.jpg").ShouldBe("IMG_1.jpg.xmp");
        new SidecarNames(["IMG_1.jpg.json", "IMG_1.xmp"]).Find("IMG_1.jpg").ShouldBe("IMG_1.xmp");
    }
}
