using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;

namespace ImageHub.ApiTests.Transforms;

/// <summary>Keys with which websites sign addresses of transforms.</summary>
public sealed class TransformKeyTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const string Keys = "/api/v1/transform-keys";

    [Fact]
    public async Task A_key_is_shown_only_at_creation_kept_encrypted_and_can_be_listed_and_ended()
    {
        using var answer = await server.Admin.PostAsJsonAsync(Keys, new { name = " Shop " });
        var made = await Task.FromResult(answer).JsonAsync(HttpStatusCode.Created);

        answer.Headers.Location!.ToString().ShouldBe($"{Keys}/{made.Id()}");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        made.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "name", "key", "createdAt"]);
        made.Text("name").ShouldBe("Shop");
        made.Text("key")!.ShouldMatch("^iht_[A-Za-z0-9]{43}$");
        (await server.SqlAsync($"SELECT row_to_json(transform_keys)::text FROM transform_keys WHERE id = '{made.Id()}'"))!.ToString()!.ShouldNotContain(made.Text("key")!);

        var next = await TransformSigner.CreateAsync(server.Admin, "Blog");
        var listed = (await server.Admin.GetAsync(Keys).JsonAsync()).Items();
        listed.Select(key => key.Id()).ShouldBe([next.Id, made.Id()]);
        listed.ShouldAllBe(key => key.EnumerateObject().Select(field => field.Name).SequenceEqual(new[] { "id", "name", "createdAt" }));

        await server.Admin.DeleteAsync($"{Keys}/{made.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await server.Admin.DeleteAsync($"{Keys}/{made.Id()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await server.Admin.GetAsync(Keys).JsonAsync()).Items().Select(key => key.Id()).ShouldBe([next.Id]);
    }

    [Theory]
    [InlineData("""{}""", "name")]
    [InlineData("""{"name":" "}""", "name")]
    [InlineData("""{"name":"x","scopes":["read"]}""", "scopes")]
    public async Task An_invalid_field_of_a_transform_key_is_refused_with_its_name(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await server.Admin.PostAsync(Keys, content);
        var problem = await Task.FromResult(answer).JsonAsync(HttpStatusCode.BadRequest);
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }
}
