using ImageHub.Infrastructure.Imaging;
using ImageHub.Testing.Images;
using VipsImage = NetVips.Image;

namespace ImageHub.UnitTests.Imaging;

/// <summary>Embedded profiles that are ignored, because they do not change the colours.</summary>
public sealed class SrgbProfilesTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();
    private readonly SrgbProfiles profiles = new();

    public SrgbProfilesTests() => NativeImaging.Load();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("srgb", true)]
    [InlineData("p3", false)]
    public void Only_an_sRGB_profile_is_skipped(string profile, bool isSrgb)
    {
        using var image = Open(TestPicture.Solid(8, 8, 200, 100, 50).ToJpeg(profile: profile));

        profiles.IsSrgb(image).ShouldBe(isSrgb);

        // The second answer comes from the cache.
        profiles.IsSrgb(image).ShouldBe(isSrgb);
    }

    [Fact]
    public void An_unreadable_profile_is_skipped()
    {
        // libvips itself assumes sRGB for an unreadable profile.
        using var image = Open(TestPicture.Solid(8, 8, 200, 100, 50).ToJpeg(profile: "p3"));
        var whole = (byte[])image.Get(SrgbProfiles.Field);

        using var damaged = image.Mutate(copy => copy.Set(SrgbProfiles.Field, whole[..100]));

        profiles.IsSrgb(damaged).ShouldBeTrue();
    }

    private VipsImage Open(byte[] file)
    {
        File.WriteAllBytes(path, file);
        return VipsImage.NewFromFile(path);
    }
}
