using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageHub.Domain.Images;
using ImageHub.Testing;
using ImageHub.Testing.Images;
using Npgsql;

namespace ImageHub.ApiTests.ApiKeys;

public sealed class ApiKeyTests(ImageHubServer server) : IClassFixture<ImageHubServer>
{
    private const string Keys = "/api/v1/api-keys";

    [Fact]
    public async Task A_key_is_shown_only_at_creation_and_can_be_listed_and_revoked()
    {
        var expiresAt = DateTimeOffset.UtcNow.AddDays(30);
        using var answer = await server.Admin.PostAsJsonAsync(Keys, new { name = " Camera ", scopes = new[] { "upload", "read", "upload" }, expiresAt });
        var made = await Task.FromResult(answer).JsonAsync(HttpStatusCode.Created);

        answer.Headers.Location!.ToString().ShouldBe($"{Keys}/{made.Id()}");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        made.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "name", "scopes", "expiresAt", "lastUsedAt", "key"]);
        made.Text("name").ShouldBe("Camera");
        made.Text("key")!.ShouldMatch("^ihk_[A-Za-z0-9]{43}$");
        (await server.Admin.GetAsync(answer.Headers.Location).JsonAsync()).ToString().ShouldBe((await FindAsync(made.Id())).ToString());
        var listed = await FindAsync(made.Id());
        listed.EnumerateObject().Select(field => field.Name).ShouldBe(["id", "name", "scopes", "expiresAt", "lastUsedAt", "userName"]);
        listed.Text("userName").ShouldBe("admin");
        listed.Items("scopes").Select(scope => scope.GetString()).ShouldBe(["read", "upload"]);
        listed.GetProperty("expiresAt").GetDateTimeOffset().ShouldBe(expiresAt, TimeSpan.FromMilliseconds(1));
        listed.GetProperty("lastUsedAt").ValueKind.ShouldBe(JsonValueKind.Null);

        using var program = server.WithKey(made.Text("key")!);
        await program.GetAsync("/api/v1/groups").StatusAsync(HttpStatusCode.OK);
        await server.Admin.DeleteAsync($"{Keys}/{made.Id()}").StatusAsync(HttpStatusCode.NoContent);
        await program.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await server.Admin.DeleteAsync($"{Keys}/{made.Id()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await server.Admin.GetAsync($"{Keys}/{made.Id()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task Keys_without_expiry_are_listed_with_null_and_new_keys_come_first()
    {
        var first = await CreateAsync("read");
        var second = await CreateAsync("inventory");

        var listed = (await server.Admin.GetAsync($"{Keys}?pageSize=100").JsonAsync()).Items();
        listed.Select(key => key.Id()).Where(id => id == first.Id() || id == second.Id()).ShouldBe([second.Id(), first.Id()]);
        listed.Single(key => key.Id() == first.Id()).Text("expiresAt").ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"scopes":["read"]}""", "name")]
    [InlineData("""{"name":" ","scopes":["read"]}""", "name")]
    [InlineData("""{"name":"x"}""", "scopes")]
    [InlineData("""{"name":"x","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["write"]}""", "scopes[0]")]
    [InlineData("""{"name":"x","scopes":["read"],"expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"name":"x","scopes":["read"],"expiresAt":"2220-01-01T00:00:00"}""", "expiresAt")]
    [InlineData("""{"name":"x","scopes":["read"],"key":"ihk_mine"}""", "key")]
    public async Task An_invalid_field_of_a_new_key_is_refused_with_its_name(string body, string field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var problem = await server.Admin.PostAsync(Keys, content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Fact]
    public async Task The_database_stores_only_a_hash_of_the_key()
    {
        var made = await CreateAsync("read");
        var key = made.Text("key")!;

        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT row_to_json(api_keys)::text, key_hash = sha256(convert_to(@key, 'UTF8')) FROM api_keys WHERE id = @id", connection);
        command.Parameters.AddWithValue("key", key);
        command.Parameters.AddWithValue("id", made.Id());
        await using var reader = await command.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue();
        reader.GetString(0).ShouldNotContain(key["ihk_".Length..]);
        reader.GetBoolean(1).ShouldBeTrue();
    }

    [Fact]
    public async Task A_key_with_every_scope_cannot_create_list_or_revoke_keys()
    {
        var made = await CreateAsync("read", "upload", "inventory", "admin");
        using var program = server.WithKey(made.Text("key")!);

        await program.GetAsync(Keys).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await program.PostAsJsonAsync(Keys, new { name = "Another", scopes = new[] { "read" } }).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await program.DeleteAsync($"{Keys}/{made.Id()}").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await program.GetAsync("/api/v1/users").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await program.GetAsync("/api/v1/auth/me").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
    }

    [Fact]
    public async Task A_refused_request_names_the_scope_that_would_allow_it()
    {
        using var program = server.WithKey(await server.Admin.CreateKeyAsync("read"));

        var problem = await program.PostAsJsonAsync("/api/v1/groups", new { title = "New" }).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        problem.Text("detail").ShouldBe("This needs a key with the scope 'upload' or 'admin'.");
    }

    [Fact]
    public async Task A_key_works_while_its_account_is_an_enabled_admin_and_is_deleted_with_the_account()
    {
        var id = (await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "grace", password = ImageHubServer.UserPassword, role = "admin" })
            .JsonAsync(HttpStatusCode.Created)).Id();
        using var grace = await server.SignInAsync("grace", ImageHubServer.UserPassword);
        var made = await grace.PostAsJsonAsync(Keys, new { name = "Grace's", scopes = new[] { "admin" } }).JsonAsync(HttpStatusCode.Created);
        using var program = server.WithKey(made.Text("key")!);
        await program.GetAsync("/api/v1/trash").StatusAsync(HttpStatusCode.OK);

        await ChangeAsync(id, new { isDisabled = true });
        await program.GetAsync("/api/v1/trash").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await ChangeAsync(id, new { isDisabled = false, role = "user" });
        await program.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        await ChangeAsync(id, new { role = "admin" });
        await program.GetAsync("/api/v1/trash").StatusAsync(HttpStatusCode.OK);

        await server.Admin.DeleteAsync($"/api/v1/users/{id}").StatusAsync(HttpStatusCode.NoContent);
        await program.GetAsync("/api/v1/trash").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        (await server.Admin.GetAsync($"{Keys}?pageSize=100").JsonAsync()).Items().Select(key => key.Id()).ShouldNotContain(made.Id());
    }

    [Fact]
    public async Task An_invalid_key_is_refused_even_on_a_public_route()
    {
        foreach (var wrong in (string[])["ihk_0000000000000000000000000000000000000000000", "guess", ""])
        {
            using var program = server.NewClient();
            program.DefaultRequestHeaders.TryAddWithoutValidation("X-API-Key", wrong).ShouldBeTrue();
            using var answer = await program.GetAsync("/api/v1/groups");

            answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
        }
    }

    [Fact]
    public async Task A_request_with_both_a_key_and_an_access_token_is_refused_as_ambiguous()
    {
        using var both = server.WithKey(await server.Admin.CreateKeyAsync("read"));
        both.DefaultRequestHeaders.Authorization = server.Admin.DefaultRequestHeaders.Authorization;

        var problem = await both.GetAsync("/api/v1/groups").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["X-API-Key"]);
    }

    [Fact]
    public async Task A_key_takes_precedence_over_a_cookie_and_needs_no_anti_forgery_header()
    {
        using var browser = server.NewClient(useCookies: true);
        await browser.PostAsJsonAsync("/api/v1/auth/login", new { userName = ImageHubServer.AdminName, password = ImageHubServer.AdminPassword }).StatusAsync(HttpStatusCode.OK);
        await browser.GetAsync("/api/v1/users").StatusAsync(HttpStatusCode.OK);

        browser.DefaultRequestHeaders.Add("X-API-Key", await server.Admin.CreateKeyAsync("upload"));

        await browser.GetAsync("/api/v1/users").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await browser.PostAsJsonAsync("/api/v1/groups", new { title = "From a browser" }).StatusAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task The_read_scope_sees_hidden_groups_but_no_locations_and_no_users_images()
    {
        var hidden = await server.Admin.CreateGroupAsync("Hidden harbour", isPublished: false);
        var image = await server.Admin.AddImageAsync(hidden, "one.jpg", MetadataFixtures.Embed(ImageFormat.Jpeg, MetadataFixtures.GeotaggedExif()));
        await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        var own = (await ada.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 21))).JsonAsync(HttpStatusCode.Created)).Id();
        using var program = server.WithKey(await server.Admin.CreateKeyAsync("read"));

        (await program.GetAsync($"/api/v1/groups/{hidden}").JsonAsync()).GetProperty("cover").Id().ShouldBe(image);
        (await program.GetAsync($"/api/v1/groups/{hidden}/images").JsonAsync()).Items().Select(item => item.Id()).ShouldBe([image]);
        (await program.GetAsync($"/api/v1/images/{image}").JsonAsync()).TryGetProperty("location", out _).ShouldBeFalse();
        (await server.Admin.GetAsync($"/api/v1/images/{image}").JsonAsync()).GetProperty("location").ValueKind.ShouldBe(JsonValueKind.Object);
        using (var bytes = await program.GetAsync($"/api/v1/images/{image}/full"))
        {
            bytes.Headers.CacheControl!.ToString().ShouldBe("no-store, private");
        }

        await program.GetAsync($"/api/v1/images/{own}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        var listed = (await program.GetAsync("/api/v1/images?pageSize=100").JsonAsync()).Items().Select(item => item.Id()).ToList();
        listed.ShouldContain(image);
        listed.ShouldNotContain(own);
    }

    [Theory]
    [InlineData("read", "revoked")]
    [InlineData("read", "expired")]
    [InlineData("read", "disabled")]
    [InlineData("admin", "revoked")]
    public async Task An_archive_of_a_hidden_group_ends_with_the_key_that_created_it(string scope, string how)
    {
        var name = $"{scope}-{how}";
        var id = (await server.Admin.PostAsJsonAsync("/api/v1/users", new { userName = name, password = ImageHubServer.UserPassword, role = "admin" }).JsonAsync(HttpStatusCode.Created)).Id();
        using var admin = await server.SignInAsync(name, ImageHubServer.UserPassword);
        var made = await admin.PostAsJsonAsync(Keys, new { name, scopes = new[] { scope } }).JsonAsync(HttpStatusCode.Created);
        using var program = server.WithKey(made.Text("key")!);
        var group = await server.Admin.CreateGroupAsync($"Archived by {name}", isPublished: false);
        await server.Admin.AddImageAsync(group, "one.jpg", TestImages.Jpeg(seed: 40));
        var url = (await program.PostAsJsonAsync($"/api/v1/groups/{group}/archives", new { }).JsonAsync(HttpStatusCode.Created)).Text("url");
        await server.Visitor.GetAsync(url).StatusAsync(HttpStatusCode.OK);

        await (how switch
        {
            "revoked" => server.Admin.DeleteAsync($"{Keys}/{made.Id()}").StatusAsync(HttpStatusCode.NoContent),
            "expired" => server.SqlAsync($"UPDATE api_keys SET expires_at = now() WHERE id = '{made.Id()}'"),
            _ => ChangeAsync(id, new { isDisabled = true }),
        });

        await server.Visitor.GetAsync(url).ProblemAsync(HttpStatusCode.NotFound, "notFound");
    }

    [Fact]
    public async Task No_key_reads_the_images_that_its_account_owned_while_it_was_a_user()
    {
        var id = await server.Admin.CreateUserAsync("promoted");
        using var promoted = await server.SignInAsync("promoted", ImageHubServer.UserPassword);
        var own = (await promoted.PutAsync("/api/v1/me/images/own.jpg", new ByteArrayContent(TestImages.Jpeg(seed: 22))).JsonAsync(HttpStatusCode.Created)).Id();
        await ChangeAsync(id, new { role = "admin" });
        foreach (var scope in (string[])["read", "upload", "inventory"])
        {
            using var program = server.WithKey(await promoted.CreateKeyAsync(scope));
            await program.GetAsync($"/api/v1/images/{own}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
            await program.GetAsync($"/api/v1/images/{own}/full").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        }
    }

    [Fact]
    public async Task The_upload_scope_creates_and_fills_hidden_groups_and_sees_only_their_names()
    {
        using var program = server.WithKey(await server.Admin.CreateKeyAsync("upload"));

        var made = await program.PostAsJsonAsync("/api/v1/groups", new { title = "From the camera" }).JsonAsync(HttpStatusCode.Created);
        made.GetProperty("isPublished").GetBoolean().ShouldBeFalse();
        await program.PostAsJsonAsync("/api/v1/groups", new { title = "Quiet", isPublished = false }).StatusAsync(HttpStatusCode.Created);
        await program.PostAsJsonAsync("/api/v1/groups", new { title = "Loud", isPublished = true }).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");

        var quiet = (await server.Admin.GetAsync("/api/v1/groups?q=Quiet").JsonAsync()).Items().ShouldHaveSingleItem().Id();
        await program.DeleteAsync($"/api/v1/groups/{quiet}").StatusAsync(HttpStatusCode.NoContent);
        await program.DeleteAsync($"/api/v1/groups/{quiet}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await program.DeleteAsync($"/api/v1/groups/{Guid.NewGuid()}").ProblemAsync(HttpStatusCode.NotFound, "notFound");

        var image = await program.AddImageAsync(made.Id(), "one.jpg", TestImages.Jpeg(seed: 30));
        await program.DeleteAsync($"/api/v1/groups/{made.Id()}").ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
        await program.PostImagesAsync(made.Id(), ("two.jpg", TestImages.Jpeg(seed: 31))).StatusAsync(HttpStatusCode.Created);

        var listed = (await program.GetAsync("/api/v1/groups?q=From the camera").JsonAsync()).Items().ShouldHaveSingleItem();
        (listed.GetProperty("imageCount").GetInt32(), listed.GetProperty("cover").ValueKind).ShouldBe((2, JsonValueKind.Null));
        (await program.GetAsync($"/api/v1/groups/{made.Id()}").JsonAsync()).GetProperty("cover").ValueKind.ShouldBe(JsonValueKind.Null);
        await program.GetAsync($"/api/v1/groups/{made.Id()}/images").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await program.GetAsync($"/api/v1/images/{image}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        (await program.GetAsync("/api/v1/images?pageSize=100").JsonAsync()).Items().Select(item => item.Id()).ShouldNotContain(image);
        await program.PatchAsJsonAsync($"/api/v1/groups/{made.Id()}", new { isPublished = true }).ProblemAsync(HttpStatusCode.Forbidden, "insufficientScope");
    }

    [Fact]
    public async Task The_admin_scope_edits_and_publishes_groups()
    {
        using var program = server.WithKey(await server.Admin.CreateKeyAsync("admin"));

        var made = await program.PostAsJsonAsync("/api/v1/groups", new { title = "By a program" }).JsonAsync(HttpStatusCode.Created);
        made.GetProperty("isPublished").GetBoolean().ShouldBeTrue();
        await program.PatchAsJsonAsync($"/api/v1/groups/{made.Id()}", new { title = "Renamed" }).StatusAsync(HttpStatusCode.OK);
        await program.PostAsJsonAsync($"/api/v1/groups/{made.Id()}/links", new { }).StatusAsync(HttpStatusCode.Created);
        await program.DeleteAsync($"/api/v1/groups/{made.Id()}").StatusAsync(HttpStatusCode.NoContent);
        (await program.GetAsync("/api/v1/trash").JsonAsync()).Items().Select(item => item.Id()).ShouldContain(made.Id());
    }

    private Task<JsonElement> CreateAsync(params string[] scopes) =>
        server.Admin.PostAsJsonAsync(Keys, new { name = string.Join(", ", scopes), scopes }).JsonAsync(HttpStatusCode.Created);

    private async Task<JsonElement> FindAsync(Guid id) =>
        (await server.Admin.GetAsync($"{Keys}?pageSize=100").JsonAsync()).Items().Single(key => key.Id() == id);

    private Task ChangeAsync(Guid user, object change) => server.Admin.PatchAsJsonAsync($"/api/v1/users/{user}", change).StatusAsync(HttpStatusCode.OK);
}
