using ImageHub.Domain.Images;

namespace ImageHub.UnitTests.Images;

public sealed class FileNameTests
{
    [Theory]
    [InlineData("IMG_0001.jpg", "IMG_0001.jpg")]
    [InlineData("Frühling im Park (2).JPG", "Frühling im Park (2).JPG")]
    [InlineData("写真 👍🏽.png", "写真 👍🏽.png")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\Users\\me\\photo.jpg", "photo.jpg")]
    [InlineData("a/b/", "image")]
    [InlineData("..", "image")]
    [InlineData(".htaccess", "htaccess")]
    [InlineData("evil\u202Egpj.exe", "evilgpj.exe")]
    [InlineData("nul\0l\r\n.jpg", "null.jpg")]
    [InlineData("what?*<>|\".jpg", "what______.jpg")]
    [InlineData("  spaces .  ", "spaces")]
    [InlineData(".\u00A0.htaccess", "htaccess")]
    [InlineData("a.\u00A0.", "a")]
    [InlineData("", "image")]
    [InlineData(null, "image")]
    public void A_file_name_is_made_safe(string? sent, string kept) => FileName.Sanitize(sent).ShouldBe(kept);

    [Fact]
    public void An_unpaired_surrogate_is_replaced() => FileName.Sanitize(new string(['\uD800', '.', 'j', 'p', 'g'])).ShouldBe("\uFFFD.jpg");

    [Fact]
    public void A_long_name_is_shortened_before_its_extension()
    {
        var kept = FileName.Sanitize(new string('a', 300) + ".jpeg");

        kept.Length.ShouldBe(FileName.MaxLength);
        kept.ShouldEndWith("a.jpeg");
    }

    [Fact]
    public void Shortening_never_splits_a_surrogate_pair()
    {
        var kept = FileName.Sanitize("x" + string.Concat(Enumerable.Repeat("😀", 200)) + ".jpg");

        kept.EnumerateRunes().Count().ShouldBe(200);
        kept.EnumerateRunes().ShouldNotContain(new System.Text.Rune(0xFFFD));
    }

    [Fact]
    public void A_safe_name_stays_unchanged()
    {
        foreach (var sent in (string[])["..a..", ". .x", "a\u202E. ", new string('.', 500) + "b", "con<>.jpg ", ".\u00A0.x", "a.\u3000."])
        {
            var once = FileName.Sanitize(sent);
            FileName.Sanitize(once).ShouldBe(once);
        }
    }
}
