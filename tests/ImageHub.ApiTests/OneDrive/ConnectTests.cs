using System.Net;
using System.Net.Http.Json;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.OneDrive;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.OneDrive;

/// <summary>Connecting a OneDrive through Microsoft's sign-in, and its tokens.</summary>
public sealed class ConnectTests(PostgresServer postgres)
{
    [Fact]
    public async Task Without_its_settings_OneDrive_reports_that_it_is_not_configured_and_every_other_route_is_409()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);

        var body = await server.Admin.GetAsync("/api/v1/onedrive").JsonAsync();

        body.GetRawText().ShouldBe("""{"isConfigured":false,"isConnected":false,"account":null,"usedBytes":null,"totalBytes":null}""");
        await server.Admin.PostAsync("/api/v1/onedrive/connect", null).ProblemAsync(HttpStatusCode.Conflict, "oneDriveNotConfigured");
        await server.Admin.GetAsync("/api/v1/onedrive/items").ProblemAsync(HttpStatusCode.Conflict, "oneDriveNotConfigured");
        await server.Admin.PostAsJsonAsync("/api/v1/onedrive/imports", new { itemIds = (string[])["any"] }).ProblemAsync(HttpStatusCode.Conflict, "oneDriveNotConfigured");
        await server.Admin.DeleteAsync("/api/v1/onedrive").StatusAsync(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task An_admin_connects_and_disconnects_OneDrive()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, isConnected: false);
        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetRawText().ShouldBe("""{"isConfigured":true,"isConnected":false,"account":null,"usedBytes":null,"totalBytes":null}""");
        await hub.Admin.GetAsync("/api/v1/onedrive/items").ProblemAsync(HttpStatusCode.Conflict, "oneDriveNotConnected");
        hub.Drive.File(hub.Drive.Root, "a.txt", new byte[1_000]);

        var (url, cookie) = await hub.BeginAsync();
        using var answer = await hub.ComeBackAsync(await StandInDrive.AcceptAsync(url), cookie);

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.OriginalString.ShouldBe("/admin/onedrive");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetRawText()
            .ShouldBe("""{"isConfigured":true,"isConnected":true,"account":"ada@example.com","usedBytes":1000,"totalBytes":1099511627776}""");
        await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);

        await hub.Admin.DeleteAsync("/api/v1/onedrive").StatusAsync(HttpStatusCode.NoContent);

        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetProperty("isConnected").GetBoolean().ShouldBeFalse();
        await hub.Admin.GetAsync("/api/v1/onedrive/items").ProblemAsync(HttpStatusCode.Conflict, "oneDriveNotConnected");
    }

    [Fact]
    public async Task The_sign_in_uses_a_code_with_PKCE_and_a_cookie_binds_it_to_the_browser()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, isConnected: false);
        using var answer = await hub.Admin.PostAsync("/api/v1/onedrive/connect", null);
        var query = QueryHelpers.ParseQuery(new Uri((await Task.FromResult(answer).JsonAsync()).Text("url")!).Query);

        query["response_type"].ToString().ShouldBe("code");
        query["client_id"].ToString().ShouldBe(StandInSignIn.ClientId);
        query["code_challenge_method"].ToString().ShouldBe("S256");
        query["code_challenge"].ToString().Length.ShouldBe(43);
        query["scope"].ToString().Split(' ').ShouldContain("offline_access");
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=lax", Case.Insensitive);
        cookie.ShouldContain("path=/api/v1/onedrive/callback", Case.Insensitive);
        cookie.ShouldContain("max-age=600", Case.Insensitive);
    }

    [Fact]
    public async Task A_sign_in_state_works_once_for_ten_minutes_and_only_in_the_browser_that_began()
    {
        var clock = new ShiftedClock();
        await using var hub = await ConnectedHub.StartAsync(postgres, isConnected: false, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));

        // Another browser is refused, and its attempt uses up the state.
        var (url, cookie) = await hub.BeginAsync();
        var back = await StandInDrive.AcceptAsync(url);
        (await OutcomeAsync(hub, back, null)).ShouldBe("/admin/onedrive?signIn=unknown");
        (await OutcomeAsync(hub, back, cookie)).ShouldBe("/admin/onedrive?signIn=unknown");

        // The cookie of another sign-in is refused.
        var (other, _) = await hub.BeginAsync();
        var (_, foreign) = await hub.BeginAsync();
        (await OutcomeAsync(hub, await StandInDrive.AcceptAsync(other), foreign)).ShouldBe("/admin/onedrive?signIn=unknown");

        // A return after ten minutes is refused.
        (url, cookie) = await hub.BeginAsync();
        clock.Advance(TimeSpan.FromMinutes(10.1));
        (await OutcomeAsync(hub, await StandInDrive.AcceptAsync(url), cookie)).ShouldBe("/admin/onedrive?signIn=unknown");

        // An unknown state is refused.
        (await OutcomeAsync(hub, new Uri("http://any/api/v1/onedrive/callback?state=made-up&code=made-up"), cookie)).ShouldBe("/admin/onedrive?signIn=unknown");
        (await OutcomeAsync(hub, new Uri("http://any/api/v1/onedrive/callback"), null)).ShouldBe("/admin/onedrive?signIn=unknown");

        // A second return is refused.
        (url, cookie) = await hub.BeginAsync();
        back = await StandInDrive.AcceptAsync(url);
        (await OutcomeAsync(hub, back, cookie)).ShouldBe("/admin/onedrive");
        (await OutcomeAsync(hub, back, cookie)).ShouldBe("/admin/onedrive?signIn=unknown");
    }

    [Fact]
    public async Task A_refused_consent_and_an_invalid_code_connect_nothing()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, isConnected: false);
        var (url, cookie) = await hub.BeginAsync();
        (await OutcomeAsync(hub, await StandInDrive.AcceptAsync(url, accept: false), cookie)).ShouldBe("/admin/onedrive?signIn=refused");

        (url, cookie) = await hub.BeginAsync();
        var back = await StandInDrive.AcceptAsync(url);
        var state = QueryHelpers.ParseQuery(back.Query)["state"].ToString();
        (await OutcomeAsync(hub, new Uri($"http://any/api/v1/onedrive/callback?state={state}&code=another"), cookie)).ShouldBe("/admin/onedrive?signIn=failed");

        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetProperty("isConnected").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_sign_in_that_returns_after_its_admin_was_disabled_connects_nothing()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, isConnected: false);
        var second = (await hub.Admin.PostAsJsonAsync("/api/v1/users", new { userName = "second", password = ImageHubServer.UserPassword, role = "admin" }).JsonAsync(HttpStatusCode.Created)).Id();
        using var other = await hub.Server.SignInAsync("second", ImageHubServer.UserPassword);
        using var begun = await other.PostAsync("/api/v1/onedrive/connect", null);
        var back = await StandInDrive.AcceptAsync((await Task.FromResult(begun).JsonAsync()).Text("url")!);
        await hub.Admin.PatchAsJsonAsync($"/api/v1/users/{second}", new { isDisabled = true }).StatusAsync(HttpStatusCode.OK);

        (await OutcomeAsync(hub, back, begun.Headers.GetValues("Set-Cookie").Single().Split(';')[0])).ShouldBe("/admin/onedrive?signIn=unknown");
    }

    [Fact]
    public async Task Of_two_sign_ins_at_once_the_last_one_is_connected()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, isConnected: false);
        var (url, cookie) = await hub.BeginAsync();
        var back = await StandInDrive.AcceptAsync(url);
        const string Other = """
            INSERT INTO one_drive_connections (id, account, access_token, access_token_expires_at, refresh_token, connected_by, connected_at)
            SELECT 1, 'other@example.com', '', now(), '', id, now() FROM users LIMIT 1
            """;

        using var answer = await HeldRequests.SendWhileHeldAsync(hub.Server, Other, () => hub.ComeBackAsync(back, cookie), "SELECT");

        answer.Headers.Location!.OriginalString.ShouldBe("/admin/onedrive");
        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).Text("account").ShouldBe("ada@example.com");
    }

    [Fact]
    public async Task A_OneDrive_that_is_disconnected_while_its_name_is_read_stays_disconnected()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, isConnected: false);
        var (url, cookie) = await hub.BeginAsync();
        hub.Drive.OnUse = () => hub.Admin.DeleteAsync("/api/v1/onedrive").StatusAsync(HttpStatusCode.NoContent);

        (await OutcomeAsync(hub, await StandInDrive.AcceptAsync(url), cookie)).ShouldBe("/admin/onedrive");

        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetProperty("isConnected").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Head_does_not_use_up_a_sign_in()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres, isConnected: false);
        var (url, cookie) = await hub.BeginAsync();
        var back = await StandInDrive.AcceptAsync(url);
        using var head = new HttpRequestMessage(HttpMethod.Head, back.PathAndQuery) { Headers = { { "Cookie", cookie } } };

        await hub.Server.Visitor.SendAsync(head).StatusAsync(HttpStatusCode.MethodNotAllowed);

        (await OutcomeAsync(hub, back, cookie)).ShouldBe("/admin/onedrive");
    }

    [Fact]
    public async Task The_database_stores_no_OneDrive_secret_in_plain_text()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        await hub.BeginAsync();

        var stored = await DumpAsync(hub, "one_drive_connections", "one_drive_sign_ins", "protection_keys");

        hub.Drive.SignIn.Secrets.Count.ShouldBe(3); // A code, an access token and a refresh token.
        hub.Drive.SignIn.Secrets.ShouldAllBe(secret => !stored.Contains(secret, StringComparison.Ordinal));
        stored.ShouldContain("encryptedWithSigningKey");
        stored.ShouldNotContain("<masterKey", Case.Insensitive);
    }

    [Fact]
    public async Task OneDrive_is_still_connected_after_a_restart_and_asks_for_a_new_sign_in_when_the_signing_key_changed()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        await hub.Server.RestartAsync();
        await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);

        hub.Server.Settings["Jwt:SigningKey"] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxy=";
        await hub.Server.RestartAsync();

        await hub.Admin.GetAsync("/api/v1/onedrive/items").ProblemAsync(HttpStatusCode.Conflict, "oneDriveNotConnected");
        await hub.ConnectAsync();
        await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_access_token_is_refreshed_before_it_expires_and_when_Graph_refuses_it()
    {
        var clock = new ShiftedClock();
        await using var hub = await ConnectedHub.StartAsync(postgres, configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);
        hub.Drive.SignIn.Refreshes.ShouldBe(0);

        clock.Advance(TimeSpan.FromMinutes(59));
        await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);
        hub.Drive.SignIn.Refreshes.ShouldBe(1);

        hub.Drive.SignIn.ExpireAccessTokens();
        await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);
        hub.Drive.SignIn.Refreshes.ShouldBe(2);
    }

    [Fact]
    public async Task Many_parallel_requests_on_two_instances_refresh_the_token_once()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        await using var second = await hub.Server.StartSecondAsync();
        for (var round = 1; round <= 5; round++)
        {
            hub.Drive.SignIn.ExpireAccessTokens();

            var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? hub.Server : second).Admin.GetAsync("/api/v1/onedrive/items")));

            answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
            hub.Drive.SignIn.Refreshes.ShouldBe(round);
            hub.Drive.SignIn.StaleRefreshes.ShouldBe(0);
        }
    }

    [Fact]
    public async Task Revoked_consent_is_reported_and_a_new_sign_in_restores_the_connection()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        hub.Drive.SignIn.RevokeConsent();

        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetProperty("isConnected").GetBoolean().ShouldBeFalse();
        await hub.Admin.GetAsync("/api/v1/onedrive/items").ProblemAsync(HttpStatusCode.Conflict, "oneDriveNotConnected");

        await hub.ConnectAsync();
        await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task While_Microsofts_sign_in_is_down_requests_are_503_and_the_connection_is_not_lost()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        hub.Drive.SignIn.ExpireAccessTokens();
        hub.Drive.SignIn.IsAway = true;

        await hub.Admin.GetAsync("/api/v1/onedrive/items").ProblemAsync(HttpStatusCode.ServiceUnavailable, "oneDriveUnavailable");
        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetRawText().ShouldBe("""{"isConfigured":true,"isConnected":true,"account":"ada@example.com","usedBytes":null,"totalBytes":null}""");

        hub.Drive.SignIn.IsAway = false;
        await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task While_Microsofts_sign_in_hangs_requests_share_one_refresh_and_its_error()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        var (signIn, end) = (hub.Drive.SignIn, new TaskCompletionSource());
        signIn.ExpireAccessTokens();
        signIn.OnToken = () => end.Task;
        var before = signIn.TokenRequests;

        var requests = Enumerable.Range(0, 10).Select(_ => hub.Admin.GetAsync("/api/v1/onedrive/items")).ToArray();
        await HeldRequests.UntilAsync(() => Task.FromResult(signIn.Refusals == 10 && signIn.TokenRequests > before), requests);
        (await hub.Server.SqlAsync("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ILIKE '%one_drive_connections%'")).ShouldBe(0L);
        signIn.IsAway = true;
        end.SetResult();

        foreach (var request in requests)
        {
            await request.ProblemAsync(HttpStatusCode.ServiceUnavailable, "oneDriveUnavailable");
        }

        // A request that came after the first refresh has started a second one.
        (signIn.TokenRequests - before).ShouldBeInRange(1, 2);
    }

    [Theory]
    [InlineData(404, "itemNotFound")]
    [InlineData(403, "accessDenied")]
    public async Task OneDrive_is_connected_and_can_be_disconnected_when_it_refuses_to_report_its_quota(int status, string code)
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        hub.Drive.UseRefusal = (status, code);

        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetRawText().ShouldBe("""{"isConfigured":true,"isConnected":true,"account":"ada@example.com","usedBytes":null,"totalBytes":null}""");

        await hub.Admin.DeleteAsync("/api/v1/onedrive").StatusAsync(HttpStatusCode.NoContent);
        (await hub.Admin.GetAsync("/api/v1/onedrive").JsonAsync()).GetProperty("isConnected").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_refresh_token_survives_when_the_database_does_not_save_it_at_once()
    {
        await using var hub = await ConnectedHub.StartAsync(postgres);
        await using var source = NpgsqlDataSource.Create(hub.Server.ConnectionString);

        // A sequence also counts attempts that are rolled back. The server retries statements that fail with this error code.
        await using (var failing = source.CreateCommand(
            """
            CREATE SEQUENCE saves;
            CREATE FUNCTION fail_twice() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('saves') <= 2 THEN
                    RAISE EXCEPTION 'the database is going away' USING ERRCODE = '57P01';
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER fail_twice BEFORE UPDATE ON one_drive_connections FOR EACH ROW EXECUTE FUNCTION fail_twice();
            """))
        {
            await failing.ExecuteNonQueryAsync();
        }

        for (var round = 1; round <= 2; round++)
        {
            hub.Drive.SignIn.ExpireAccessTokens();
            await hub.Admin.GetAsync("/api/v1/onedrive/items").StatusAsync(HttpStatusCode.OK);
            hub.Drive.SignIn.Refreshes.ShouldBe(round);
        }

        hub.Drive.SignIn.StaleRefreshes.ShouldBe(0);
        await using var saves = source.CreateCommand("SELECT last_value FROM saves");
        (await saves.ExecuteScalarAsync()).ShouldBe(4L); // Two failures, and one success a round.
    }

    private static async Task<string> OutcomeAsync(ConnectedHub hub, Uri back, string? cookie)
    {
        using var answer = await hub.ComeBackAsync(back, cookie);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return answer.Headers.Location!.OriginalString;
    }

    private static async Task<string> DumpAsync(ConnectedHub hub, params string[] tables)
    {
        await using var source = NpgsqlDataSource.Create(hub.Server.ConnectionString);
        var rows = new List<string>();
        foreach (var table in tables)
        {
            await using var command = source.CreateCommand($"SELECT row_to_json(t)::text FROM {table} t");
            await using var reader = await command.ExecuteReaderAsync();
            var before = rows.Count;
            while (await reader.ReadAsync())
            {
                rows.Add(reader.GetString(0));
            }

            rows.Count.ShouldBeGreaterThan(before, table);
        }

        return string.Join('\n', rows);
    }
}
