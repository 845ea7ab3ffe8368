using System.Security.Cryptography;
using System.Text;
using ImageHub.Application.Backups;

namespace ImageHub.UnitTests.Backups;

public sealed class EncryptedKeyTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");

    [Fact]
    public void A_key_is_decrypted_with_its_passphrase_only()
    {
        var file = EncryptedKey.Encrypt(Key, "correct horse battery");

        Encoding.Latin1.GetString(file).ShouldStartWith("ImageHubKey1");
        Encoding.Latin1.GetString(file).ShouldNotContain("MDEy");
        EncryptedKey.Decrypt(file, "correct horse battery").ShouldBe(Key);
        EncryptedKey.Decrypt(file, "correct horse batterz").ShouldBeNull();
        EncryptedKey.Encrypt(Key, "correct horse battery").ShouldNotBe(file, "salt and nonce are new");
    }

    [Fact]
    public void The_file_has_the_documented_format()
    {
        var file = EncryptedKey.Encrypt(Key, "correct horse battery");

        // Decrypt the file by the documented format alone: text, iterations (600,000), salt, nonce, tag, content.
        file[12..16].ShouldBe([0x00, 0x09, 0x27, 0xC0]);
        using var cipher = new AesGcm(Rfc2898DeriveBytes.Pbkdf2("correct horse battery", file[16..32], 600_000, HashAlgorithmName.SHA256, 32), 16);
        var content = new byte[file.Length - 60];
        cipher.Decrypt(file[32..44], file[60..], file[44..60], content, file[..44]);
        content.ShouldBe(Key);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    [InlineData(20)]
    [InlineData(35)]
    [InlineData(50)]
    [InlineData(70)]
    public void A_changed_byte_is_found(int position)
    {
        var file = EncryptedKey.Encrypt(Key, "correct horse battery");

        file[position] ^= 1;

        EncryptedKey.Decrypt(file, "correct horse battery").ShouldBeNull();
        EncryptedKey.Decrypt(file[..position], "correct horse battery").ShouldBeNull();
    }
}
