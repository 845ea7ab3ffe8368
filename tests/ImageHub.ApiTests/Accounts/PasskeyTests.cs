using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageHub.Application.Accounts;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImageHub.ApiTests.Accounts;

/// <summary>Passkeys of accounts, and signing in with them.</summary>
public sealed class PasskeyTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Domain = "photos.example";
    private const string Origin = "https://photos.example";

    private static int users;

    private readonly ShiftedClock clock = new();
    private readonly SoftwareAuthenticator authenticator = new(Domain, Origin);
    private ImageHubServer server = null!;
    private HttpClient user = null!;
    private string userName = "";

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(
            postgres,
            new() { ["Web:PublicUrl"] = Origin, ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" },
            builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        userName = $"user-{Interlocked.Increment(ref users)}";
        await server.Admin.CreateUserAsync(userName);
        user = await server.SignInAsync(userName, ImageHubServer.UserPassword);
    }

    public async ValueTask DisposeAsync()
    {
        authenticator.Dispose();
        user.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_passkey_signs_in_without_a_user_name_and_is_listed_with_its_last_use()
    {
        var added = await AddAsync(user, authenticator, "Phone").JsonAsync(HttpStatusCode.Created);
        added.Text("name").ShouldBe("Phone");
        var listed = (await user.GetAsync("/api/v1/me/passkeys").JsonAsync()).Items().Single();
        (listed.Id(), listed.Text("name"), listed.GetProperty("lastUsedAt").ValueKind).ShouldBe((added.Id(), "Phone", JsonValueKind.Null));

        authenticator.SignCount = 2;
        using var answer = await SignInAsync(authenticator);

        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var pair = await answer.Content.ReadFromJsonAsync<JsonElement>();
        pair.Text("tokenType").ShouldBe("Bearer");
        answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split('=')[0]).ShouldBe(["imagehub_access", "imagehub_refresh"], ignoreOrder: true);
        using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me") { Headers = { Authorization = new("Bearer", pair.Text("accessToken")) } };
        (await server.Visitor.SendAsync(asked).JsonAsync()).Text("userName").ShouldBe(userName);
        (await user.GetAsync("/api/v1/me/passkeys").JsonAsync()).Items().Single().GetProperty("lastUsedAt").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Each_passkey_of_an_account_signs_in_and_a_reset_password_deletes_all()
    {
        using var second = new SoftwareAuthenticator(Domain, Origin);
        await AddAsync(user, authenticator, "Phone").StatusAsync(HttpStatusCode.Created);
        await AddAsync(user, second, "Laptop").StatusAsync(HttpStatusCode.Created);
        (await user.GetAsync("/api/v1/me/passkeys").JsonAsync()).Items().Select(one => one.Text("name")).ShouldBe(["Phone", "Laptop"], ignoreOrder: true);
        (authenticator.SignCount, second.SignCount) = (2, 2);
        await SignInAsync(authenticator).StatusAsync(HttpStatusCode.OK);
        await SignInAsync(second).StatusAsync(HttpStatusCode.OK);

        await using (var scope = server.Services.CreateAsyncScope())
        {
            (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ResetPassword(userName))).EndedPasskeys.ShouldBe(2);
        }

        (authenticator.SignCount, second.SignCount) = (3, 3);
        await SignInAsync(authenticator).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
        await SignInAsync(second).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
    }

    [Fact]
    public async Task Only_known_transports_of_a_passkey_are_stored()
    {
        authenticator.Transports = ["usb", "a\0b", "hybrid", "usb", new('x', 10_000)];
        await AddAsync(user, authenticator).StatusAsync(HttpStatusCode.Created);
        var (options, _) = await BeginAsync(user, "/api/v1/me/passkeys/options");
        options.Items("excludeCredentials").Single().GetProperty("transports").EnumerateArray().Select(one => one.GetString()).ShouldBe(["usb", "hybrid"]);
    }

    [Fact]
    public async Task A_sign_in_that_the_database_does_not_answer_is_503_and_no_failure()
    {
        await AddAsync(user, authenticator).StatusAsync(HttpStatusCode.Created);
        authenticator.SignCount = 2;
        await server.SqlAsync(
            """
            CREATE FUNCTION go_away() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the database is going away' USING ERRCODE = '57P01'; END $$;
            ALTER TABLE passkeys RENAME TO kept_passkeys;
            CREATE VIEW passkeys AS SELECT * FROM kept_passkeys WHERE go_away();
            """);

        // An address may fail ten times.
        for (var attempt = 0; attempt < 11; attempt++)
        {
            await SignInAsync(authenticator).ProblemAsync(HttpStatusCode.ServiceUnavailable, "databaseUnavailable");
        }

        await server.SqlAsync("DROP VIEW passkeys; ALTER TABLE kept_passkeys RENAME TO passkeys;");
        await SignInAsync(authenticator).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_options_require_user_verification_and_a_discoverable_key_and_exclude_the_accounts_authenticators()
    {
        await AddAsync(user, authenticator).StatusAsync(HttpStatusCode.Created);

        var (creation, cookie) = await BeginAsync(user, "/api/v1/me/passkeys/options");
        creation.GetProperty("rp").Text("id").ShouldBe(Domain);
        creation.GetProperty("user").Text("name").ShouldBe(userName);
        creation.GetProperty("authenticatorSelection").Text("userVerification").ShouldBe("required");
        creation.GetProperty("authenticatorSelection").Text("residentKey").ShouldBe("required");
        creation.GetProperty("excludeCredentials").GetArrayLength().ShouldBe(1);
        var (request, _) = await BeginAsync(server.Visitor, "/api/v1/auth/passkey/options");
        request.Text("rpId").ShouldBe(Domain);
        request.Text("userVerification").ShouldBe("required");

        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
        cookie.ShouldContain("max-age=300", Case.Insensitive);
    }

    [Theory]
    [InlineData("another site's page")]
    [InlineData("another domain")]
    [InlineData("without user verification")]
    [InlineData("an altered signature")]
    [InlineData("another passkey's id")]
    [InlineData("without the cookie")]
    [InlineData("another challenge")]
    [InlineData("a count of signatures that went back")]
    [InlineData("six minutes later")]
    [InlineData("a deleted passkey")]
    [InlineData("a disabled account")]
    public async Task Every_wrong_sign_in_is_the_same_401(string wrong)
    {
        authenticator.SignCount = 7;
        var added = (await AddAsync(user, authenticator).JsonAsync(HttpStatusCode.Created)).Id();
        using var other = new SoftwareAuthenticator(Domain, Origin);
        await AddAsync(server.Admin, other).StatusAsync(HttpStatusCode.Created);
        var (options, cookie) = await BeginAsync(server.Visitor, "/api/v1/auth/passkey/options");
        authenticator.SignCount = wrong == "a count of signatures that went back" ? 6u : 8u;
        authenticator.Origin = wrong == "another site's page" ? "https://photos.example.evil.example" : Origin;
        authenticator.Domain = wrong == "another domain" ? "evil.example" : Domain;
        authenticator.VerifiesUser = wrong != "without user verification";
        var credential = authenticator.Sign(wrong == "another challenge" ? (await BeginAsync(server.Visitor, "/api/v1/auth/passkey/options")).Options : options);
        switch (wrong)
        {
            case "an altered signature":
                credential["response"]!["signature"] = other.Sign(options)["response"]!["signature"]!.GetValue<string>();
                break;
            case "another passkey's id":
                var otherId = other.Sign(options)["id"]!.GetValue<string>();
                (credential["id"], credential["rawId"]) = (otherId, otherId);
                break;
            case "six minutes later":
                clock.Advance(TimeSpan.FromMinutes(6));
                break;
            case "a deleted passkey":
                await user.DeleteAsync($"/api/v1/me/passkeys/{added}").StatusAsync(HttpStatusCode.NoContent);
                break;
            case "a disabled account":
                var id = (await user.GetAsync("/api/v1/auth/me").JsonAsync()).Id();
                await server.Admin.PatchAsJsonAsync($"/api/v1/users/{id}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK);
                break;
        }

        var problem = await FinishAsync("/api/v1/auth/passkey", new { credential }, wrong == "without the cookie" ? null : cookie).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
        problem.Text("detail").ShouldBe("No account has this passkey, or the options are older than five minutes or were already used.");
    }

    [Fact]
    public async Task An_answer_to_a_challenge_signs_in_once()
    {
        authenticator.SignCount = 0;
        await AddAsync(user, authenticator).StatusAsync(HttpStatusCode.Created);
        var (options, cookie) = await BeginAsync(server.Visitor, "/api/v1/auth/passkey/options");
        var credential = authenticator.Sign(options);

        await FinishAsync("/api/v1/auth/passkey", new { credential }, cookie).StatusAsync(HttpStatusCode.OK);
        await FinishAsync("/api/v1/auth/passkey", new { credential }, cookie).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
        await SignInAsync(authenticator).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_address_may_fail_ten_sign_ins_a_minute()
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await FinishAsync("/api/v1/auth/passkey", new { credential = new { } }, cookie: null).StatusAsync(HttpStatusCode.Unauthorized);
        }

        using var answer = await FinishAsync("/api/v1/auth/passkey", new { credential = new { } }, cookie: null);
        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Wrong_passwords_of_an_address_do_not_delay_its_passkeys()
    {
        await AddAsync(user, authenticator).StatusAsync(HttpStatusCode.Created);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await TryPasswordAsync().StatusAsync(HttpStatusCode.Unauthorized);
        }

        await TryPasswordAsync().ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        authenticator.SignCount = 2;
        await SignInAsync(authenticator).StatusAsync(HttpStatusCode.OK);

        Task<HttpResponseMessage> TryPasswordAsync() => server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "somebody", password = "not the password" });
    }

    [Fact]
    public async Task Failures_with_unknown_passkeys_do_not_delay_known_ones()
    {
        await AddAsync(user, authenticator).StatusAsync(HttpStatusCode.Created);
        for (var attempt = 0; attempt < 10; attempt++)
        {
            await TryAsync(attempt % 2 == 0 ? new { } : new { id = "AAAA" }).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
        }

        await TryAsync(new { id = 7 }).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        authenticator.SignCount = 2;
        await SignInAsync(authenticator).StatusAsync(HttpStatusCode.OK);

        Task<HttpResponseMessage> TryAsync(object credential) => server.Visitor.PostAsJsonAsync("/api/v1/auth/passkey", new { credential });
    }

    [Fact]
    public async Task Adding_a_passkey_needs_a_sign_in_of_the_last_five_minutes()
    {
        var (options, cookie) = await BeginAsync(user, "/api/v1/me/passkeys/options");
        clock.Advance(TimeSpan.FromMinutes(4));
        await FinishAsync("/api/v1/me/passkeys", new { name = "Phone", credential = authenticator.Register(options) }, cookie, user).StatusAsync(HttpStatusCode.Created);
        clock.Advance(TimeSpan.FromMinutes(2));

        await user.PostAsync("/api/v1/me/passkeys/options", null).ProblemAsync(HttpStatusCode.Forbidden, "recentSignInNeeded");
        await user.GetAsync("/api/v1/me/passkeys").StatusAsync(HttpStatusCode.OK);
        using var again = await server.SignInAsync(userName, ImageHubServer.UserPassword);
        using var second = new SoftwareAuthenticator(Domain, Origin);
        await AddAsync(again, second).StatusAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_session_that_has_ended_adds_no_passkey_while_an_instance_has_not_heard_of_it()
    {
        var (options, cookie) = await BeginAsync(user, "/api/v1/me/passkeys/options");
        var credential = authenticator.Register(options);
        await Polling.EventuallyAsync(async () =>
        {
            await SetEndAsync("NULL");
            await user.GetAsync("/api/v1/me/passkeys").StatusAsync(HttpStatusCode.OK);
            await SetEndAsync("now()");
            var answer = await FinishAsync("/api/v1/me/passkeys", new { name = "Phone", credential }, cookie, user);
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
            {
                // The instance was too busy to confirm what it has in memory, and has read the session again.
                return false;
            }

            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.Forbidden, "recentSignInNeeded");
            return true;
        });
        (await server.SqlAsync("SELECT count(*) FROM passkeys")).ShouldBe(0L);

        // Without triggers, no instance is notified of the session's end.
        Task<object?> SetEndAsync(string time) =>
            server.SqlAsync($"SET session_replication_role = replica; UPDATE sessions SET ended_at = {time} WHERE user_id = (SELECT id FROM users WHERE user_name = '{userName}')");
    }

    [Fact]
    public async Task A_passkey_is_added_once_and_only_to_the_account_that_requested_its_options()
    {
        var (options, cookie) = await BeginAsync(server.Admin, "/api/v1/me/passkeys/options");
        var credential = authenticator.Register(options);
        await FinishAsync("/api/v1/me/passkeys", new { name = "Phone", credential }, cookie, user).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        await FinishAsync("/api/v1/me/passkeys", new { name = "Phone", credential }, cookie, server.Admin).StatusAsync(HttpStatusCode.Created);
        await FinishAsync("/api/v1/me/passkeys", new { name = "Phone", credential }, cookie, server.Admin).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
    }

    [Theory]
    [InlineData("another site's page")]
    [InlineData("another domain")]
    [InlineData("without user verification")]
    public async Task A_passkey_of_another_site_or_without_user_verification_is_not_added(string wrong)
    {
        authenticator.Origin = wrong == "another site's page" ? "https://photos.example.evil.example" : Origin;
        authenticator.Domain = wrong == "another domain" ? "evil.example" : Domain;
        authenticator.VerifiesUser = wrong != "without user verification";

        var problem = await AddAsync(user, authenticator).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty("credential", out _).ShouldBeTrue(problem.ToString());
        (await user.GetAsync("/api/v1/me/passkeys").JsonAsync()).Items().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_passkey_sent_twice_at_once_is_added_once()
    {
        var (options, cookie) = await BeginAsync(user, "/api/v1/me/passkeys/options");
        var credential = authenticator.Register(options);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => FinishAsync("/api/v1/me/passkeys", new { name = "Phone", credential }, cookie, user)));
        answers.Select(answer => (int)answer.StatusCode).Order().ShouldBe([201, 400, 400, 400]);
    }

    [Theory]
    [InlineData("""{"credential": {}}""", "name")]
    [InlineData("""{"name": "", "credential": {}}""", "name")]
    [InlineData("""{"name": "Phone"}""", "credential")]
    [InlineData("""{"name": "Phone", "credential": "text"}""", "credential")]
    [InlineData("""{"name": "Phone", "credential": {"id": 5, "response": []}}""", "credential")]
    public async Task An_invalid_field_of_a_passkey_is_refused_with_its_name(string body, string field)
    {
        var (_, cookie) = await BeginAsync(user, "/api/v1/me/passkeys/options");
        var problem = await FinishAsync("/api/v1/me/passkeys", JsonNode.Parse(body)!, cookie, user).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        problem.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(problem.ToString());
    }

    [Theory]
    [InlineData("/api/v1/me/passkeys", """{"name": "Phone", "credential": {"id": "ÿ"}}""")]
    [InlineData("/api/v1/auth/passkey", """{"credential": {"id": "ÿ"}}""")]
    public async Task A_credential_that_is_not_UTF8_is_refused(string route, string body)
    {
        var content = new ByteArrayContent(Encoding.Latin1.GetBytes(body)) { Headers = { ContentType = new("application/json") } };

        var problem = await user.PostAsync(route, content).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");

        problem.GetProperty("errors").GetProperty("credential")[0].GetString()!.ShouldContain("in UTF-8");
    }

    [Fact]
    public async Task An_account_has_twenty_passkeys_at_most_and_deletes_only_its_own()
    {
        Guid last = default;
        for (var number = 0; number < 20; number++)
        {
            using var next = new SoftwareAuthenticator(Domain, Origin);
            last = (await AddAsync(user, next, $"Key {number}").JsonAsync(HttpStatusCode.Created)).Id();
        }

        await user.PostAsync("/api/v1/me/passkeys/options", null).ProblemAsync(HttpStatusCode.Conflict, "tooManyPasskeys");
        await server.Admin.DeleteAsync($"/api/v1/me/passkeys/{last}").ProblemAsync(HttpStatusCode.NotFound, "notFound");
        await user.DeleteAsync($"/api/v1/me/passkeys/{last}").StatusAsync(HttpStatusCode.NoContent);
        await AddAsync(user, authenticator).StatusAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Passkeys_are_offered_at_the_public_address_only()
    {
        (await server.Visitor.GetAsync("/api/v1/auth/methods").JsonAsync()).GetProperty("passkey").GetBoolean().ShouldBeFalse();
        using var there = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/methods") { Headers = { Host = Domain } };
        there.Headers.Add("X-Forwarded-Proto", "https");
        var methods = await server.Visitor.SendAsync(there).JsonAsync();
        (methods.GetProperty("password").GetBoolean(), methods.GetProperty("passkey").GetBoolean()).ShouldBe((true, true));
    }

    [Theory]
    [InlineData("https://xn--mnchen-3ya.example", "xn--mnchen-3ya.example", true)]
    [InlineData("https://münchen.example", "xn--mnchen-3ya.example", true)]
    [InlineData("https://192.0.2.7", "192.0.2.7", false)]
    public async Task Passkeys_are_offered_at_an_international_host_and_not_at_an_IP_address(string publicUrl, string host, bool isOffered)
    {
        await using var there = await ImageHubServer.StartAsync(postgres, new() { ["Web:PublicUrl"] = publicUrl, ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/methods") { Headers = { Host = host } };
        request.Headers.Add("X-Forwarded-Proto", "https");
        (await there.Visitor.SendAsync(request).JsonAsync()).GetProperty("passkey").GetBoolean().ShouldBe(isOffered);

        if (isOffered)
        {
            using var visiting = new SoftwareAuthenticator(host, $"https://{host}");
            await AddAsync(there.Admin, visiting).StatusAsync(HttpStatusCode.Created);
        }
    }

    [Fact]
    public async Task A_credential_with_half_of_a_surrogate_pair_is_a_wrong_one()
    {
        using var body = new StringContent("""{"credential":{"id":"\ud800"}}""", Encoding.UTF8, "application/json");
        await server.Visitor.PostAsync("/api/v1/auth/passkey", body).ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
    }

    private static async Task<HttpResponseMessage> AddAsync(HttpClient client, SoftwareAuthenticator authenticator, string name = "Key")
    {
        var (options, cookie) = await BeginAsync(client, "/api/v1/me/passkeys/options");
        return await FinishAsync("/api/v1/me/passkeys", new { name, credential = authenticator.Register(options) }, cookie, client);
    }

    private async Task<HttpResponseMessage> SignInAsync(SoftwareAuthenticator authenticator)
    {
        var (options, cookie) = await BeginAsync(server.Visitor, "/api/v1/auth/passkey/options");
        return await FinishAsync("/api/v1/auth/passkey", new { credential = authenticator.Sign(options) }, cookie);
    }

    private static async Task<(JsonElement Options, string Cookie)> BeginAsync(HttpClient client, string path)
    {
        using var answer = await client.PostAsync(path, null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(), answer.Headers.GetValues("Set-Cookie").Single());
    }

    private Task<HttpResponseMessage> FinishAsync(string path, object body, string? cookie) => FinishAsync(path, body, cookie, server.Visitor);

    private static async Task<HttpResponseMessage> FinishAsync(string path, object body, string? cookie, HttpClient client)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie.Split(';')[0]);
        }

        return await client.SendAsync(request);
    }
}
