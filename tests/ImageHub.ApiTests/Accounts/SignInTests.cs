using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace ImageHub.ApiTests.Accounts;

public sealed class SignInTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageHubServer.StartAsync(
        postgres,
        new() { ["ForwardedHeaders:KnownProxies"] = "127.0.0.1" },
        builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Signing_in_returns_a_token_pair_in_the_body_and_as_HttpOnly_cookies()
    {
        using var answer = await LoginAsync();

        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        body.Text("tokenType").ShouldBe("Bearer");
        body.GetProperty("expiresIn").GetInt32().ShouldBe(900);
        var cookies = answer.Headers.GetValues("Set-Cookie").ToArray();
        cookies.Length.ShouldBe(2);
        cookies.ShouldAllBe(cookie => cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase) && cookie.Contains("samesite=strict", StringComparison.OrdinalIgnoreCase));
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();

        var me = await GetMeAsync(body.Text("accessToken")!).JsonAsync();
        me.Text("userName").ShouldBe("admin");
        me.Text("role").ShouldBe("admin");
        me.GetProperty("tier").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_user_name_is_case_insensitive_and_may_have_spaces_around_it() =>
        await server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = " ADMIN ", password = ImageHubServer.AdminPassword }).StatusAsync(HttpStatusCode.OK);

    [Fact]
    public async Task An_unknown_user_and_a_wrong_password_get_the_same_answer()
    {
        var wrong = await TryAsync("admin", "not the password").ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");
        var unknown = await TryAsync("nobody", "not the password").ProblemAsync(HttpStatusCode.Unauthorized, "invalidCredentials");

        foreach (var field in (string[])["type", "title", "detail", "instance"])
        {
            unknown.Text(field).ShouldBe(wrong.Text(field));
        }
    }

    [Fact]
    public async Task A_password_hashed_at_another_cost_works_and_is_hashed_again()
    {
        await RestartAsync(passwordCost: "11");
        await server.Admin.CreateUserAsync("eve");
        (await HashAsync("eve")).ShouldStartWith("$2b$11$");
        (await HashAsync(ImageHubServer.AdminName)).ShouldStartWith("$2b$04$");

        var signIns = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => LoginAsync()));
        signIns.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        (await HashAsync(ImageHubServer.AdminName)).ShouldStartWith("$2b$11$");
        await LoginAsync().StatusAsync(HttpStatusCode.OK);
        await TryAsync("eve", ImageHubServer.UserPassword).StatusAsync(HttpStatusCode.OK);
        await TryAsync("eve", "x").StatusAsync(HttpStatusCode.Unauthorized);

        async Task<string> HashAsync(string userName)
        {
            await using var scope = server.Services.CreateAsyncScope();
            return (await scope.ServiceProvider.GetRequiredService<IImageHubDb>().Users.SingleAsync(user => user.UserName == userName)).PasswordHash!;
        }
    }

    [Fact]
    public async Task An_unknown_user_takes_as_long_to_refuse_as_a_wrong_password()
    {
        await RestartAsync(ImageHubServer.PasswordCost);
        await server.Admin.CreateUserAsync("eve");
        await TryAsync("warm-up", "x", address: "203.0.113.99").StatusAsync(HttpStatusCode.Unauthorized);

        // Measure both names in turn until their minimum times are similar: other load only adds time. Without a hash, an unknown name would take a tenth of
        // the time, however often it is measured.
        var (wrong, unknown, round) = (double.MaxValue, double.MaxValue, 0);
        await Polling.EventuallyAsync(async () =>
        {
            wrong = Math.Min(wrong, await TimeAsync("eve", ++round));
            unknown = Math.Min(unknown, await TimeAsync("nobody", round));
            return round >= 4 && unknown / wrong is > 0.5 and < 2;
        });

        async Task<double> TimeAsync(string userName, int number)
        {
            var start = System.Diagnostics.Stopwatch.GetTimestamp();
            await TryAsync(userName, "x", address: $"198.18.{number / 250}.{number % 250}").StatusAsync(HttpStatusCode.Unauthorized);
            return System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
    }

    [Fact]
    public async Task The_eleventh_failed_sign_in_within_a_minute_is_refused_and_a_stranger_locks_no_other_user_out()
    {
        for (var i = 0; i < 10; i++)
        {
            await TryAsync("admin", $"guess {i}", address: "198.51.100.7").StatusAsync(HttpStatusCode.Unauthorized);
        }

        using (var refused = await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.7"))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        }

        await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.8").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_that_waits_as_long_as_Retry_After_says_gets_through_and_a_second_earlier_it_does_not()
    {
        for (var i = 0; i < 10; i++)
        {
            await TryAsync("admin", $"guess {i}", address: "198.51.100.20").StatusAsync(HttpStatusCode.Unauthorized);
            clock.Advance(TimeSpan.FromSeconds(3));
        }

        using var refused = await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.20");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        var wait = refused.Headers.RetryAfter!.Delta!.Value;

        // The first of the ten attempts was 30 s ago by the shifted clock, plus the duration of the requests.
        wait.TotalSeconds.ShouldBeInRange(5, 30);
        clock.Advance(wait - TimeSpan.FromSeconds(4));
        await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.20").StatusAsync(HttpStatusCode.TooManyRequests);
        clock.Advance(TimeSpan.FromSeconds(4));
        await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.20").StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_user_who_signed_in_from_an_address_within_30_days_is_not_blocked_by_failures_of_other_accounts_there()
    {
        const string office = "198.51.100.30";
        await server.Admin.CreateUserAsync("ada");
        await server.Admin.CreateUserAsync("bob");
        await TryAsync("ada", ImageHubServer.UserPassword, office).StatusAsync(HttpStatusCode.OK);
        await server.RestartAsync();

        await FailTenTimesAsync();
        await TryAsync("ada", ImageHubServer.UserPassword, office).StatusAsync(HttpStatusCode.OK);
        await TryAsync("bob", ImageHubServer.UserPassword, office).StatusAsync(HttpStatusCode.TooManyRequests);

        clock.Advance(TimeSpan.FromDays(31));
        await FailTenTimesAsync();
        await TryAsync("ada", ImageHubServer.UserPassword, office).StatusAsync(HttpStatusCode.TooManyRequests);

        async Task FailTenTimesAsync()
        {
            for (var i = 0; i < 10; i++)
            {
                await TryAsync($"nobody-{i}", "guess", office).StatusAsync(HttpStatusCode.Unauthorized);
            }
        }
    }

    [Fact]
    public async Task A_known_address_does_not_exempt_guesses_at_the_account_itself()
    {
        const string home = "198.51.100.31";
        await TryAsync("admin", ImageHubServer.AdminPassword, home).StatusAsync(HttpStatusCode.OK);
        for (var i = 0; i < 10; i++)
        {
            await TryAsync("admin", $"guess {i}", home).StatusAsync(HttpStatusCode.Unauthorized);
        }

        await TryAsync("admin", ImageHubServer.AdminPassword, home).StatusAsync(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task A_burst_of_parallel_guesses_gets_few_attempts_and_then_none()
    {
        var statuses = await Task.WhenAll(Enumerable.Range(0, 18).Select(async i =>
        {
            using var answer = await TryAsync("admin", $"guess {i}", address: "198.51.100.9");
            return answer.StatusCode;
        }));

        statuses.Count(status => status == HttpStatusCode.Unauthorized).ShouldBeLessThanOrEqualTo(11);
        statuses.ShouldNotContain(HttpStatusCode.OK);
        await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.9").StatusAsync(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Guesses_from_one_address_do_not_keep_other_addresses_from_signing_in()
    {
        var guesses = Enumerable.Range(0, 40).Select(i => TryAsync("admin", $"guess {i}", address: "198.51.100.10")).ToArray();
        await Task.WhenAny(guesses);

        await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.11").StatusAsync(HttpStatusCode.OK);
        foreach (var answer in await Task.WhenAll(guesses))
        {
            answer.Dispose();
        }
    }

    [Fact]
    public async Task A_stranger_is_told_to_come_back_when_the_queue_of_password_hashes_is_full()
    {
        await RestartAsync(passwordCost: "12");
        var statuses = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            using var answer = await TryAsync($"user-{i}", "guess", address: $"192.0.2.{i}");
            if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                answer.Headers.RetryAfter.ShouldNotBeNull();
            }

            return answer.StatusCode;
        }));

        statuses.Count(status => status == HttpStatusCode.ServiceUnavailable).ShouldBeGreaterThan(10);
        statuses.Count(status => status == HttpStatusCode.Unauthorized).ShouldBeGreaterThanOrEqualTo(16);
    }

    [Fact]
    public async Task While_forty_addresses_guess_a_known_admin_signs_in_at_once_and_one_at_a_new_address_after_the_told_wait()
    {
        await RestartAsync(passwordCost: "10");
        await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.20").StatusAsync(HttpStatusCode.OK);
        using var end = new CancellationTokenSource();
        var busy = 0;
        var guessing = Enumerable.Range(0, 40).Select(async number =>
        {
            for (var guess = 0; !end.IsCancellationRequested; guess++)
            {
                using var answer = await TryAsync("admin", $"guess {guess}", address: $"192.0.2.{number}");
                busy += answer.StatusCode == HttpStatusCode.ServiceUnavailable ? 1 : 0;
                await Task.Delay(10, CancellationToken.None);
            }
        }).ToArray();
        while (Volatile.Read(ref busy) == 0)
        {
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }

        var known = new List<HttpStatusCode>();
        for (var turn = 0; turn < 5; turn++)
        {
            using var answer = await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.20");
            known.Add(answer.StatusCode);
        }

        // The queue prefers the new address, because passwords from the other addresses have been hashed recently.
        var fresh = new List<HttpStatusCode>();
        do
        {
            using var answer = await TryAsync("admin", ImageHubServer.AdminPassword, address: "198.51.100.21");
            fresh.Add(answer.StatusCode);
            await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TestContext.Current.CancellationToken);
        }
        while (fresh[^1] == HttpStatusCode.ServiceUnavailable && fresh.Count < 9);

        await end.CancelAsync();
        await Task.WhenAll(guessing);
        known.ShouldAllBe(status => status == HttpStatusCode.OK);
        fresh[^1].ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_sign_in_refused_by_the_queue_counts_against_its_address()
    {
        await RestartAsync(passwordCost: "12");
        var attempts = Enumerable.Range(0, 60).Select(async number =>
        {
            using var answer = await TryAsync($"user-{number}", "guess", address: "192.0.2.99");
            return answer.StatusCode;
        }).ToList();

        // The limit by address allows ten failures. The queue refuses more requests at once, long before it has hashed ten passwords.
        var refused = 0;
        await foreach (var attempt in Task.WhenEach(attempts))
        {
            refused += await attempt == HttpStatusCode.ServiceUnavailable ? 1 : 0;
            if (refused == 10)
            {
                break;
            }
        }

        await TryAsync("user-61", "guess", address: "192.0.2.99").ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
        refused.ShouldBeGreaterThan(0);

        // The queue holds at most eleven requests of one address.
        (await Task.WhenAll(attempts)).Count(status => status == HttpStatusCode.Unauthorized).ShouldBeLessThanOrEqualTo(11);
    }

    [Fact]
    public async Task A_refresh_returns_a_new_pair_and_invalidates_the_old_token()
    {
        var first = await PairAsync();
        var second = await RefreshAsync(first.Text("refreshToken")).JsonAsync();
        second.Text("refreshToken").ShouldNotBe(first.Text("refreshToken"));
        await GetMeAsync(second.Text("accessToken")!).StatusAsync(HttpStatusCode.OK);

        await RefreshAsync(first.Text("refreshToken")).ProblemAsync(HttpStatusCode.Unauthorized, "refreshRaced");
        await RefreshAsync(second.Text("refreshToken")).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_old_refresh_token_that_is_used_again_later_ends_the_whole_session()
    {
        var first = await PairAsync();
        var second = await RefreshAsync(first.Text("refreshToken")).JsonAsync();

        clock.Advance(TimeSpan.FromSeconds(31));
        await RefreshAsync(first.Text("refreshToken")).ProblemAsync(HttpStatusCode.Unauthorized, "invalidRefreshToken");
        await RefreshAsync(second.Text("refreshToken")).ProblemAsync(HttpStatusCode.Unauthorized, "invalidRefreshToken");
        await GetMeAsync(second.Text("accessToken")!).ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task When_two_tabs_refresh_at_once_one_succeeds_and_the_session_stays_valid()
    {
        var pair = await PairAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RefreshAsync(pair.Text("refreshToken"))));

        answers.Select(answer => answer.StatusCode).Order().ShouldBe([HttpStatusCode.OK, HttpStatusCode.Unauthorized]);
        var winner = await Task.FromResult(answers.Single(answer => answer.IsSuccessStatusCode)).JsonAsync();
        await RefreshAsync(winner.Text("refreshToken")).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_unused_for_a_month_has_expired()
    {
        var pair = await PairAsync();
        clock.Advance(TimeSpan.FromDays(31));

        await RefreshAsync(pair.Text("refreshToken")).ProblemAsync(HttpStatusCode.Unauthorized, "invalidRefreshToken");
    }

    [Fact]
    public async Task Neither_signing_in_nor_a_sign_out_with_an_unknown_token_announces_a_change_of_accounts()
    {
        await using var listener = new NpgsqlConnection(server.ConnectionString);
        await listener.OpenAsync();
        var heard = new List<string>();
        listener.Notification += (_, notification) => heard.Add(notification.Payload);
        await using var listen = new NpgsqlCommand("LISTEN imagehub_changes; LISTEN end_of_test", listener);
        await listen.ExecuteNonQueryAsync();

        await server.Visitor.PostAsJsonAsync("/api/v1/auth/logout", new { refreshToken = "no such token" }).StatusAsync(HttpStatusCode.NoContent);
        var pair = await PairAsync();
        await server.SqlAsync("NOTIFY end_of_test, 'before'");
        await HearAsync("before");
        heard.ShouldNotContain(payload => payload.Contains("accounts", StringComparison.Ordinal));

        await server.Visitor.PostAsJsonAsync("/api/v1/auth/logout", new { refreshToken = pair.Text("refreshToken") }).StatusAsync(HttpStatusCode.NoContent);
        await server.SqlAsync("NOTIFY end_of_test, 'after'");
        await HearAsync("after");
        heard.ShouldContain(payload => payload.Contains("accounts", StringComparison.Ordinal));

        // Notifications arrive in the order of the commits.
        async Task HearAsync(string payload)
        {
            while (!heard.Contains(payload))
            {
                await listener.WaitAsync(TestContext.Current.CancellationToken);
            }
        }
    }

    [Theory]
    [InlineData("no such token")]
    [InlineData("")]
    [InlineData(null)]
    public async Task An_unknown_refresh_token_is_refused(string? token) =>
        await RefreshAsync(token).ProblemAsync(HttpStatusCode.Unauthorized, "invalidRefreshToken");

    [Fact]
    public async Task Signing_out_ends_the_session_on_the_server()
    {
        var pair = await PairAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/auth/logout");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", pair.Text("accessToken"));
        await server.Visitor.SendAsync(request).StatusAsync(HttpStatusCode.NoContent);

        await GetMeAsync(pair.Text("accessToken")!).StatusAsync(HttpStatusCode.Unauthorized);
        await RefreshAsync(pair.Text("refreshToken")).StatusAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Signing_out_works_with_either_token_of_the_session()
    {
        var byBody = await PairAsync();
        await server.Visitor.PostAsJsonAsync("/api/v1/auth/logout", new { refreshToken = byBody.Text("refreshToken") }).StatusAsync(HttpStatusCode.NoContent);
        await GetMeAsync(byBody.Text("accessToken")!).StatusAsync(HttpStatusCode.Unauthorized);

        var replaced = await PairAsync();
        var newest = await RefreshAsync(replaced.Text("refreshToken")).JsonAsync();
        await server.Visitor.PostAsJsonAsync("/api/v1/auth/logout", new { refreshToken = replaced.Text("refreshToken") }).StatusAsync(HttpStatusCode.NoContent);
        await GetMeAsync(newest.Text("accessToken")!).StatusAsync(HttpStatusCode.Unauthorized);

        foreach (var cookie in (string[])["imagehub_refresh", "imagehub_access"])
        {
            var pair = await PairAsync();
            var token = pair.Text(cookie == "imagehub_refresh" ? "refreshToken" : "accessToken");
            await LogoutAsync(cookie: $"{cookie}={token}", isOurs: false).ProblemAsync(HttpStatusCode.Forbidden, "csrfHeaderMissing");
            using var answer = await LogoutAsync(cookie: $"{cookie}={token}", isOurs: true);
            answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, cookie);
            answer.Headers.GetValues("Set-Cookie").Count(set => set.Contains("expires=Thu, 01 Jan 1970", StringComparison.Ordinal)).ShouldBe(2);
            await GetMeAsync(pair.Text("accessToken")!).StatusAsync(HttpStatusCode.Unauthorized);
        }

        await server.Visitor.PostAsync("/api/v1/auth/logout", null).ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task An_access_token_that_has_expired_still_ends_its_session()
    {
        var pair = await PairAsync();
        var claims = TestTokens.Claims(pair.Text("accessToken")!);
        var expired = TestTokens.Create(userId: claims.Id("sub"), sessionId: claims.Id("sid"), expires: DateTimeOffset.UtcNow.AddMinutes(-1));

        await LogoutAsync(token: expired).StatusAsync(HttpStatusCode.NoContent);

        await RefreshAsync(pair.Text("refreshToken")).StatusAsync(HttpStatusCode.Unauthorized);
        await LogoutAsync(token: "not.a.token").ProblemAsync(HttpStatusCode.Unauthorized, "unauthorized");
    }

    [Fact]
    public async Task A_change_with_only_a_cookie_requires_the_header_that_other_sites_cannot_send()
    {
        using var browser = server.NewClient(useCookies: true);
        await browser.PostAsJsonAsync("/api/v1/auth/login", new { userName = "admin", password = ImageHubServer.AdminPassword }).StatusAsync(HttpStatusCode.OK);
        await browser.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.OK);

        await browser.PostAsJsonAsync("/api/v1/groups", new { title = "forged" }).ProblemAsync(HttpStatusCode.Forbidden, "csrfHeaderMissing");
        await browser.PostAsync("/api/v1/auth/refresh", null).ProblemAsync(HttpStatusCode.Forbidden, "csrfHeaderMissing");

        browser.DefaultRequestHeaders.Add("X-Requested-With", "ImageHub");
        await browser.PostAsJsonAsync("/api/v1/groups", new { title = "meant" }).StatusAsync(HttpStatusCode.Created);
        await browser.PostAsync("/api/v1/auth/refresh", null).StatusAsync(HttpStatusCode.OK);
        await browser.PostAsync("/api/v1/auth/logout", null).StatusAsync(HttpStatusCode.NoContent);
        await browser.GetAsync("/api/v1/auth/me").StatusAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_token_with_any_single_defect_is_refused()
    {
        var claims = TestTokens.Claims((await PairAsync()).Text("accessToken")!);
        var (user, session) = (claims.Id("sub"), claims.Id("sid"));
        await GetMeAsync(TestTokens.Create(userId: user, sessionId: session)).StatusAsync(HttpStatusCode.OK);

        var wrong = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["unsigned"] = TestTokens.Create(userId: user, sessionId: session, algorithm: "none"),
            ["HS384"] = TestTokens.Create(userId: user, sessionId: session, algorithm: "HS384"),
            ["HS512"] = TestTokens.Create(userId: user, sessionId: session, algorithm: "HS512"),
            ["another type"] = TestTokens.Create(userId: user, sessionId: session, type: "JWT"),
            ["another issuer"] = TestTokens.Create(userId: user, sessionId: session, issuer: "someone"),
            ["another audience"] = TestTokens.Create(userId: user, sessionId: session, audience: "someone"),
            ["expired"] = TestTokens.Create(userId: user, sessionId: session, expires: DateTimeOffset.UtcNow.AddSeconds(-2)),
            ["without expiry"] = TestTokens.Create(userId: user, sessionId: session, hasExpiry: false),
            ["another user"] = TestTokens.Create(userId: Guid.CreateVersion7(), sessionId: session),
            ["unknown session"] = TestTokens.Create(userId: user),
            ["no token"] = "not.a.token",
            ["empty"] = "",
        };
        foreach (var (what, token) in wrong)
        {
            using var answer = await GetMeAsync(token);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, what);
        }
    }

    [Fact]
    public async Task Signing_in_names_the_field_that_is_missing_or_of_the_wrong_type()
    {
        var missing = await server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = "admin" }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        missing.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("password");
        var wrong = await server.Visitor.PostAsJsonAsync("/api/v1/auth/login", new { userName = 1, password = "x" }).ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        wrong.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("userName");
    }

    [Fact]
    public async Task Replaced_tokens_are_deleted_after_their_own_end_while_the_session_goes_on()
    {
        var first = await PairAsync();
        var second = await RefreshAsync(first.Text("refreshToken")).JsonAsync();
        clock.Advance(TimeSpan.FromDays(20));
        var third = await RefreshAsync(second.Text("refreshToken")).JsonAsync();
        clock.Advance(TimeSpan.FromDays(20));

        await using (var scope = server.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new PruneSessions());
        }

        (await server.SqlAsync("SELECT count(*) FROM replaced_tokens")).ShouldBe(1L);
        await RefreshAsync(first.Text("refreshToken")).ProblemAsync(HttpStatusCode.Unauthorized, "invalidRefreshToken");
        await RefreshAsync(third.Text("refreshToken")).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_account_keeps_a_thousand_sessions_and_the_longest_unused_ones_end_first()
    {
        var phone = await PairAsync();
        await server.SqlAsync("""
            INSERT INTO sessions (id, user_id, current_token_hash, rotated_at, expires_at, created_at, ended_at)
            SELECT gen_random_uuid(), user_id, sha256(number::text::bytea), used_at, used_at + interval '30 days', used_at, CASE WHEN number <= 100 THEN used_at END
            FROM (SELECT user_id FROM sessions LIMIT 1) AS account, generate_series(1, 1200) AS number, LATERAL (SELECT now() - number * interval '1 minute' AS used_at) AS times
            """);

        await LoginAsync().StatusAsync(HttpStatusCode.OK);

        // The sessions of the test's clients, of the phone and of the last sign-in are three of the thousand.
        (await server.SqlAsync("SELECT count(*) FROM sessions")).ShouldBe(1000L);
        (await server.SqlAsync("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL")).ShouldBe(0L);
        (await server.SqlAsync("SELECT count(*) FROM sessions WHERE current_token_hash IN (sha256('101'), sha256('1097'), sha256('1098'))")).ShouldBe(2L);
        await RefreshAsync(phone.Text("refreshToken")).StatusAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_session_keeps_its_latest_replaced_tokens()
    {
        var first = await PairAsync();
        var second = await RefreshAsync(first.Text("refreshToken")).JsonAsync();
        await server.SqlAsync("""
            INSERT INTO replaced_tokens (token_hash, session_id, replaced_at)
            SELECT sha256(number::text::bytea), session_id, replaced_at - number * interval '1 second' FROM replaced_tokens, generate_series(1, 5000) AS number
            """);

        var third = await RefreshAsync(second.Text("refreshToken")).JsonAsync();

        (await server.SqlAsync("SELECT count(*) FROM replaced_tokens")).ShouldBe(4000L);
        clock.Advance(TimeSpan.FromSeconds(31));
        await RefreshAsync(first.Text("refreshToken")).ProblemAsync(HttpStatusCode.Unauthorized, "invalidRefreshToken");
        await RefreshAsync(third.Text("refreshToken")).ProblemAsync(HttpStatusCode.Unauthorized, "invalidRefreshToken");
    }

    private async Task<JsonElement> PairAsync() => await LoginAsync().JsonAsync();

    private async Task RestartAsync(string passwordCost)
    {
        server.Settings["Passwords:Cost"] = passwordCost;
        await server.RestartAsync();
    }

    private Task<HttpResponseMessage> LoginAsync() => TryAsync("admin", ImageHubServer.AdminPassword);

    private Task<HttpResponseMessage> TryAsync(string userName, string password, string? address = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/auth/login") { Content = JsonContent.Create(new { userName, password }) };
        if (address is not null)
        {
            request.Headers.Add("X-Forwarded-For", address);
        }

        return server.Visitor.SendAsync(request);
    }

    private Task<HttpResponseMessage> RefreshAsync(string? refreshToken) => server.Visitor.PostAsJsonAsync("/api/v1/auth/refresh", new { refreshToken });

    private Task<HttpResponseMessage> LogoutAsync(string? token = null, string? cookie = null, bool isOurs = false)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/auth/logout");
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (cookie is not null)
        {
            request.Headers.Add("Cookie", cookie);
        }

        if (isOurs)
        {
            request.Headers.Add("X-Requested-With", "ImageHub");
        }

        return server.Visitor.SendAsync(request);
    }

    private Task<HttpResponseMessage> GetMeAsync(string token)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/auth/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return server.Visitor.SendAsync(request);
    }
}
