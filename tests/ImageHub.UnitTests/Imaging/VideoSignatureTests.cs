using System.Text;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Formats;

namespace ImageHub.UnitTests.Imaging;

/// <summary>The detection of videos by a file's first 64 bytes.</summary>
public sealed class VideoSignatureTests
{
    [Theory]
    [InlineData("\0\0\0\u0014ftypqt  \0\0\0\0qt  \0\0\0\bwide")]
    [InlineData("\0\0\0\u0018ftypmp42\0\0\0\0mp42isom")]
    [InlineData("\0\0\0\u0018ftypisom\0\0\u0002\0isomiso2")]
    [InlineData("\0\0\0\u0018ftypiso5\0\0\u0002\0iso5dash")]
    [InlineData("\0\0\0\u0018ftypavc1\0\0\0\0avc1isom")]
    [InlineData("\0\0\0\u0018ftypM4V \0\0\0\u0001M4V mp42")]
    [InlineData("\0\0\0\u0018ftyp3gp4\0\0\0\u00013gp4isom")]
    [InlineData("\0\0\0\u0008wide\0\0\u0010\0mdat")]
    [InlineData("\0\0\u0010\0mdat\0\0\0\0")]
    [InlineData("\0\0\u0010\0moov\0\0\0lmvhd")]
    [InlineData("\u001AE\u00DF\u00A3\u0001\0\0\0\0\0\0\u001FB\u0086\u0081\u0001B\u00F7\u0081\u0001webm")]
    [InlineData("RIFF\u0010\0\0\0AVI LIST")]
    public void A_video_is_recognized_by_its_content(string start)
    {
        VideoSignature.IsVideo(Bytes(start)).ShouldBeTrue();
        (FileFormat.Detect(FileFormat.All, Bytes(start))?.Format).ShouldBeNull();
    }

    [Theory]
    [InlineData("\0\0\0\u0018ftypheic\0\0\0\0mif1heic", ImageFormat.Heic)]
    [InlineData("\0\0\0\u001Cftypmif1\0\0\0\0mif1heicmp42", ImageFormat.Heic)]
    [InlineData("\0\0\0\u001Cftypavis\0\0\0\0avisavifisom", ImageFormat.Avif)]
    [InlineData("RIFF\u0010\0\0\0WEBPVP8 ", ImageFormat.WebP)]
    public void An_image_in_a_video_container_is_not_a_video(string start, ImageFormat expected)
    {
        VideoSignature.IsVideo(Bytes(start)).ShouldBeFalse();
        (FileFormat.Detect(FileFormat.All, Bytes(start))?.Format).ShouldBe(expected);
    }

    // A Canon raw file, an audio file, JPEG 2000, WAVE, and three files that are shorter than a signature.
    [Theory]
    [InlineData("\0\0\0\u0018ftypcrx \0\0\0\u0001crx isom")]
    [InlineData("\0\0\0\u0018ftypM4A \0\0\0\0M4A mp42isom")]
    [InlineData("\0\0\0\u000CjP  \r\n\u0087\n")]
    [InlineData("RIFF\u0010\0\0\0WAVEfmt ")]
    [InlineData("\0\0\0\u0018ftypqt")]
    [InlineData("mdat")]
    [InlineData("")]
    public void A_file_that_is_neither_an_image_nor_a_video_is_recognized_as_neither(string start)
    {
        VideoSignature.IsVideo(Bytes(start)).ShouldBeFalse();
        (FileFormat.Detect(FileFormat.All, Bytes(start))?.Format).ShouldBeNull();
    }

    private static byte[] Bytes(string start) => Encoding.Latin1.GetBytes(start);
}
