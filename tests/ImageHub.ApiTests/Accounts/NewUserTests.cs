using System.Net;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Accounts;

public sealed class NewUserTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const string Users = "/api/v1/users";

    [Theory]
    [InlineData("""{"userName":"ad","password":"plain walnut drawer 7"}""", "userName")]
    [InlineData("""{"userName":"ada lovelace","password":"plain walnut drawer 7"}""", "userName")]
    [InlineData("""{"userName":"ada\n","password":"plain walnut drawer 7"}""", "userName")]
    [InlineData("""{"userName":"ada","password":"xq7 lamp wrk"}""", null)]
    [InlineData("""{"userName":"ada","password":"xq7 lamp wr"}""", "password")]
    [InlineData("""{"userName":"ada","password":"83920174655201938471"}""", null)]
    [InlineData("""{"userName":"ada","password":"🐈🐈🐈🐈🐈🐈🐈🐈🐈🐈🐈🐈"}""", null)]
    [InlineData("""{"userName":"ada","password":"🐈🐈🐈🐈🐈🐈🐈🐈🐈🐈🐈"}""", "password")]
    [InlineData("""{"userName":"ada","password":"Password1234"}""", "password")]
    [InlineData("""{"userName":"ada","password":"P@ssw0rd12345"}""", "password")]
    [InlineData("""{"userName":"ada","password":"qwertyuiop[]"}""", "password")]
    [InlineData("""{"userName":"ada","password":"123456789012"}""", "password")]
    [InlineData("""{"userName":"ada","password":"IloveYou2024"}""", "password")]
    [InlineData("""{"userName":"ada","password":"aaaaaaaaaaaaaaa"}""", "password")]
    [InlineData("""{"userName":"ada","password":"1qaz2wsx3edc"}""", "password")]
    [InlineData("""{"userName":"ada","password":"1q2w3e4r5t6y"}""", "password")]
    [InlineData("""{"userName":"ada","password":"unbelievable"}""", "password")]
    [InlineData("""{"userName":"walnut","password":"plain walnut drawer 7"}""", null)]
    [InlineData("""{"userName":"ada","password":"adaptation-1843"}""", null)]
    [InlineData("""{"userName":"ada","password":"ada1234567890"}""", "password")]
    [InlineData("""{"userName":"ada","password":"Ada, ada & ADA!"}""", "password")]
    [InlineData("""{"userName":"ada.lovelace","password":"adaLovelace-1815"}""", "password")]
    [InlineData("""{"userName":"2468","password":"246824682468"}""", "password")]
    [InlineData("""{"userName":"2468","password":"839201246855201938471"}""", null)]
    [InlineData("""{"userName":"ada","password":"plain walnut drawer 7","role":"owner"}""", "role")]
    [InlineData("""{"userName":"ada","password":"plain walnut drawer 7","tierId":"01980000-0000-7000-8000-00000000000f"}""", "tierId")]
    [InlineData("""{"userName":"ada","password":"plain walnut drawer 7","role":"admin","tierId":"01980000-0000-7000-8000-000000000001"}""", "tierId")]
    public async Task An_invalid_field_of_a_new_user_is_refused_with_its_name(string body, string? field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        if (field is null)
        {
            var user = await server.Admin.PostAsync(Users, content).JsonAsync(HttpStatusCode.Created);
            await server.Admin.DeleteAsync($"{Users}/{user.Id()}").StatusAsync(HttpStatusCode.NoContent);
            return;
        }

        var problem = await server.Admin.PostAsync(Users, content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }
}
