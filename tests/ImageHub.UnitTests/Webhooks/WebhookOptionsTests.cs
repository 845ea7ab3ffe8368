using System.ComponentModel.DataAnnotations;
using ImageHub.Application.Webhooks;

namespace ImageHub.UnitTests.Webhooks;

public sealed class WebhookOptionsTests
{
    private const string Secret = "0123456789abcdef";

    [Theory]
    [InlineData("", "")]
    [InlineData("", "short")]
    [InlineData("https://receiver.example/imagehub?key=1", Secret)]
    [InlineData("https://receiver.example:8443", Secret)]
    [InlineData("https://[2a00:1450:4001::200e]/", Secret)]
    public void A_valid_URL_and_secret_are_accepted(string url, string secret) => Validate(url, secret).ShouldBeEmpty();

    [Theory]
    [InlineData("receiver.example/imagehub", "Url", "it is not an absolute address;")]
    [InlineData("/imagehub", "Url", "it is not an absolute address;")]
    [InlineData("http://receiver.example/imagehub", "Url", "it begins with http://receiver.example;")]
    [InlineData("ftp://receiver.example/", "Url", "it begins with ftp://receiver.example;")]
    [InlineData("https://me:hidden@receiver.example/", "Url", "it has a user name;")]
    [InlineData("https://receiver.example/#top", "Url", "it has a fragment;")]
    public void An_invalid_URL_is_refused_with_the_reason_and_the_allowed_form(string url, string setting, string fault)
    {
        var refusal = Validate(url, Secret).ShouldHaveSingleItem();

        refusal.MemberNames.ShouldBe([setting]);
        refusal.ErrorMessage.ShouldBe($"{fault} it must be an absolute https address without a user name or a fragment, such as https://receiver.example/imagehub");
    }

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcde")]
    public void A_short_secret_is_refused_and_not_repeated_in_the_message(string secret)
    {
        var refusal = Validate("https://receiver.example/", secret).ShouldHaveSingleItem();

        refusal.MemberNames.ShouldBe(["Secret"]);
        refusal.ErrorMessage.ShouldBe($"it has {secret.Length} characters; with Webhooks:Url it must have at least 16, for example from `openssl rand -hex 32`");
    }

    private static List<ValidationResult> Validate(string url, string secret)
    {
        var (options, refusals) = (new WebhookOptions { Url = url, Secret = secret }, new List<ValidationResult>());
        Validator.TryValidateObject(options, new ValidationContext(options), refusals, validateAllProperties: true);
        return refusals;
    }
}
