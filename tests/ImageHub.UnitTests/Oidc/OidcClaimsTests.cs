using System.Text.Json;
using ImageHub.Application.Oidc;

namespace ImageHub.UnitTests.Oidc;

/// <summary>Reading claims, whose types and sizes a provider chooses.</summary>
public sealed class OidcClaimsTests
{
    [Theory]
    [InlineData("groups", """{"groups":"staff"}""", null, "staff")]
    [InlineData("groups", """{"groups":["staff","owners"]}""", null, "staff|owners")]
    [InlineData("groups", """{"groups":["staff",7,null,["owners"],{"owners":1}]}""", null, "staff")]
    [InlineData("groups", """{"groups":7}""", null, "")]
    [InlineData("groups", """{"groups":{"staff":true}}""", null, "")]
    [InlineData("groups", """{}""", """{"groups":"staff"}""", "staff")]
    [InlineData("groups", """{"groups":[]}""", """{"groups":"owners"}""", "")]
    [InlineData("realm_access.roles", """{"realm_access":{"roles":["staff"]}}""", null, "staff")]
    [InlineData("realm_access.roles", """{"realm_access":"roles"}""", null, "")]
    [InlineData("https://photos.example/roles", """{"https://photos.example/roles":["staff"]}""", null, "staff")]
    [InlineData("groups", "[]", null, "")]
    public void A_claim_is_a_string_or_the_strings_of_a_list(string name, string idToken, string? userInfo, string expected) =>
        string.Join('|', new OidcClaims(Parse(idToken), userInfo is null ? null : Parse(userInfo)).Read(name)).ShouldBe(expected);

    [Fact]
    public void Long_values_are_ignored_and_long_lists_are_cut()
    {
        var list = JsonSerializer.SerializeToElement(new { groups = Enumerable.Range(0, 5_000).Select(number => $"group {number}").Prepend(new string('x', 501)) });
        var values = new OidcClaims(list, null).Read("groups");
        (values.Count, values[0]).ShouldBe((999, "group 0"));
    }

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
