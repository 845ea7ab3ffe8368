using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ImageHub.ApiTests.RateLimits;

/// <summary>The limits of requests without credentials.</summary>
public sealed class VisitorLimitTests(PostgresServer postgres) : IAsyncLifetime
{
    private const int AtWork = 16;

    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() => server = await StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Sixteen_requests_of_one_address_run_at_a_time_and_do_not_delay_other_addresses()
    {
        var group = await server.Admin.CreateGroupAsync();
        var address = await server.Admin.FindPageAsync(group);
        var image = await server.Admin.AddImageAsync(group, "a.jpg", TestImages.Jpeg());
        Task<HttpStatusCode>[] working;
        await using (await server.LockTablesAsync("groups"))
        {
            // The database cancels a visitor's statement after five seconds, but a busy machine may need longer for the checks. New requests take the seats of
            // the cancelled requests.
            using var checking = new CancellationTokenSource();
            working = [.. Enumerable.Range(0, AtWork - 1).Select(_ => OccupyAsync("/api/v1/groups", checking.Token)), OccupyAsync($"/groups/{Guid.NewGuid()}", checking.Token)];
            await WaitingAsync(AtWork);

            using (var refused = await UntilAsync(HttpStatusCode.TooManyRequests, "/api/v1/images"))
            {
                refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 5);
                refused.Headers.GetValues("RateLimit-Policy").Single().ShouldBe("\"atWork\";q=16;qu=\"concurrent-requests\"");
                refused.Headers.GetValues("RateLimit").Single().ShouldBe("\"atWork\";r=0");
                await Task.FromResult(refused).ProblemAsync(HttpStatusCode.TooManyRequests, "tooManyRequests");
            }

            // Requests for the web app's pages count, too. Over the limit, a page has no preview and is not cached.
            using (var page = await UntilAsync(HttpStatusCode.ServiceUnavailable, $"/groups/{Guid.NewGuid()}"))
            {
                page.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 5);
                page.Headers.CacheControl!.NoStore.ShouldBeTrue();
                (await page.Content.ReadAsStringAsync()).ShouldBe(await server.Visitor.GetStringAsync("/index.html"));
            }

            using (var page = await UntilAsync(HttpStatusCode.ServiceUnavailable, address))
            {
                (await page.Content.ReadAsStringAsync()).ShouldBe(await server.Visitor.GetStringAsync("/index.html"));
            }

            await SendAsync(HttpMethod.Get, $"/api/v1/images/{image}/low", "198.51.100.1").StatusAsync(HttpStatusCode.OK);
            await SendAsync(HttpMethod.Get, "/health/ready", "198.51.100.1").StatusAsync(HttpStatusCode.OK);
            await SendAsync(HttpMethod.Get, "/api/v1/images", "198.51.100.2").StatusAsync(HttpStatusCode.OK);
            await server.Admin.GetAsync("/api/v1/images").StatusAsync(HttpStatusCode.OK);

            // An API key exempts its requests from the limit by address, for example those of a website's server.
            using (var website = server.WithKey(await server.Admin.CreateKeyAsync("read")))
            {
                website.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.1");
                await Task.WhenAll(Enumerable.Range(0, 2 * AtWork).Select(_ => website.GetAsync("/api/v1/images").StatusAsync(HttpStatusCode.OK)));
            }

            await checking.CancelAsync();
            (await Task.WhenAll(working[..^1])).ShouldAllBe(status => status == HttpStatusCode.ServiceUnavailable);
            (await working[^1]).ShouldBe(HttpStatusCode.OK);
            await SendAsync(HttpMethod.Get, "/api/v1/images", "198.51.100.1").StatusAsync(HttpStatusCode.OK);
        }

        // The page without a preview was not cached for other visitors.
        var shown = await SendAsync(HttpMethod.Get, address, "198.51.100.2");
        (await shown.Content.ReadAsStringAsync()).ShouldContain("og:title");
    }

    [Fact]
    public async Task The_database_cancels_a_visitors_statement_after_five_seconds()
    {
        var address = await SharedAsync();
        await using (await server.LockTablesAsync("links"))
        {
            var began = Stopwatch.GetTimestamp();
            using var answer = await SendAsync(HttpMethod.Post, address + "/unlock", "198.51.100.1");
            Stopwatch.GetElapsedTime(began).TotalSeconds.ShouldBeInRange(4.5, 20); // Without the limit it would be 30 s.
            answer.Headers.RetryAfter.ShouldNotBeNull();
            await Task.FromResult(answer).ProblemAsync(HttpStatusCode.ServiceUnavailable, "serverBusy");
            await NothingWaitsAsync();
        }

        await SendAsync(HttpMethod.Post, address + "/unlock", "198.51.100.1").StatusAsync(HttpStatusCode.NoContent);
        await EnsureNoLimitIsLeftAsync();
    }

    [Fact]
    public async Task A_visitors_statement_timeout_does_not_apply_to_the_next_user_of_the_connection()
    {
        var group = await server.Admin.CreateGroupAsync();
        await Task.WhenAll(Enumerable.Range(0, AtWork).Select(page => SendAsync(HttpMethod.Get, $"/api/v1/groups/{group}/images?page={page + 1}", "198.51.100.1").StatusAsync(HttpStatusCode.OK)));

        await EnsureNoLimitIsLeftAsync();
    }

    [Fact]
    public async Task A_visitor_who_disconnects_leaves_no_statement_running()
    {
        // Only the end of the request can end the statement during this test.
        await server.DisposeAsync();
        server = await StartAsync(("RateLimits:StatementSeconds", "600"));
        var address = await SharedAsync();
        await using (await server.LockTablesAsync("links"))
        {
            using var hangUp = new CancellationTokenSource();
            var sent = SendAsync(HttpMethod.Post, address + "/unlock", "198.51.100.1", hangUp.Token);
            await WaitingAsync(1);
            await hangUp.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(sent);
            await NothingWaitsAsync();
        }

        await EnsureNoLimitIsLeftAsync();
    }

    /// <summary>Npgsql prepares repeated statements. In each round, a statement fails after its first row, at another use of the connection.</summary>
    [Fact]
    public async Task A_failed_statement_does_not_affect_the_next_user_of_the_connection()
    {
        const string good = "SELECT n FROM generate_series(1, 3) AS n";
        const string bad = "SELECT 1 / (2 - n) FROM generate_series(1, 3) AS n";
        var source = server.Services.GetRequiredService<NpgsqlDataSource>();
        for (var use = 1; use <= 8; use++)
        {
            source.Clear();
            await using var connection = await source.OpenConnectionAsync();
            for (var number = 1; number <= 12; number++)
            {
                if (number == use)
                {
                    (await Should.ThrowAsync<PostgresException>(ReadAsync(connection, bad))).SqlState.ShouldBe(PostgresErrorCodes.DivisionByZero);
                }

                (await ReadAsync(connection, good)).ShouldBe(3);
            }
        }
    }

    /// <summary>PostgreSQL parses the statement and rejects its parameter when it plans the statement, at another use of the connection in each round.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rejected_parameter_does_not_affect_the_next_user_of_the_connection(bool isLimitedAtServer)
    {
        for (var use = 1; use <= 8; use++)
        {
            await using var source = DatabaseServices.CreateDataSource(server.Services.GetRequiredService<DatabaseServer>().ConnectionString + ";Maximum Pool Size=1");
            for (var number = 1; number <= 12; number++)
            {
                if (number == use)
                {
                    (await Should.ThrowAsync<PostgresException>(DivideAsync(source, 0, isLimitedAtServer))).SqlState.ShouldBe(PostgresErrorCodes.DivisionByZero);
                }

                (await DivideAsync(source, 5, isLimitedAtServer)).ShouldBe(2);
            }
        }
    }

    [Fact]
    public async Task No_statement_is_prepared_for_a_pooler_without_prepared_statements()
    {
        await using var source = DatabaseServices.CreateDataSource(server.Services.GetRequiredService<DatabaseServer>().ConnectionString + ";Maximum Pool Size=1;Max Auto Prepare=0");
        await Should.ThrowAsync<PostgresException>(DivideAsync(source, 0, isLimitedAtServer: true));

        await using var count = source.CreateCommand("SELECT count(*) FROM pg_prepared_statements");
        (await count.ExecuteScalarAsync()).ShouldBe(0L);
    }

    /// <returns>10 divided by a number, by a query with the interceptors of the server.</returns>
    private async Task<int> DivideAsync(NpgsqlDataSource source, int divisor, bool isLimitedAtServer)
    {
        await using var db = new ImageHubDb(server.Services.GetRequiredService<DbContextOptions<ImageHubDb>>()) { StatementTimeout = new() };
        if (isLimitedAtServer)
        {
            db.StatementTimeout.LimitAtServer(TimeSpan.FromSeconds(5));
        }

        db.Database.SetDbConnection(source.CreateConnection(), contextOwnsConnection: true);
        return await db.Database.SqlQuery<int>($"SELECT 10 / {divisor} AS \"Value\"").SingleAsync();
    }

    /// <returns>The number of rows, after all results have been read.</returns>
    private static async Task<int> ReadAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(StatementTimeoutInterceptor.Within(TimeSpan.FromSeconds(5), statement), connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        do
        {
            while (await reader.ReadAsync())
            {
                rows++;
            }
        }
        while (await reader.NextResultAsync());
        return rows;
    }

    /// <summary>Asserts that no idle connection of the server has a statement timeout.</summary>
    private async Task EnsureNoLimitIsLeftAsync()
    {
        var connections = new List<NpgsqlConnection>();
        for (var number = 0; number < AtWork; number++)
        {
            connections.Add(await server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync());
            await using var command = new NpgsqlCommand("SHOW statement_timeout", connections[^1]);
            (await command.ExecuteScalarAsync()).ShouldBe("0");
        }

        foreach (var connection in connections)
        {
            await connection.DisposeAsync();
        }
    }

    private async Task<string> SharedAsync()
    {
        var group = await server.Admin.CreateGroupAsync();
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { password = "sesame" }).JsonAsync(HttpStatusCode.Created);
        return $"/api/v1/shared/{link.Text("url")!.Split('/')[^1]}";
    }

    [Fact]
    public async Task Image_requests_of_one_address_leave_connections_for_other_addresses()
    {
        // The server gives up reading after two seconds, and then the next request takes the connection. With a small pool, all connections of the address wait
        // at the same time on a busy machine, too.
        const int half = 10;
        await server.DisposeAsync();
        server = await StartAsync(builder => builder.Configuration["ConnectionStrings:ImageHub"] += $";Maximum Pool Size={2 * half}");
        using var end = new CancellationTokenSource();
        Task<HttpStatusCode[]>[] greedy;
        await using (await server.LockTablesAsync("images"))
        {
            greedy = [.. Enumerable.Range(0, 2 * half + 20).Select(_ => AskAgainAndAgainAsync())];
            await WaitingAsync(half);

            for (var other = 1; other <= 5; other++)
            {
                await SendAsync(HttpMethod.Get, $"/api/v1/tags?q=a{other}", $"203.0.113.{other}").StatusAsync(HttpStatusCode.OK);

                // A background job may be waiting, too.
                (await WaitingAsync()).ShouldBeLessThan(half + 5);
            }

            await end.CancelAsync();
        }

        (await Task.WhenAll(greedy)).SelectMany(statuses => statuses).Distinct().ShouldBeSubsetOf([HttpStatusCode.NotFound, HttpStatusCode.ServiceUnavailable]);

        async Task<HttpStatusCode[]> AskAgainAndAgainAsync()
        {
            var statuses = new List<HttpStatusCode>();
            do
            {
                using var answer = await SendAsync(HttpMethod.Get, $"/api/v1/images/{Guid.NewGuid()}/low", "198.51.100.1");
                statuses.Add(answer.StatusCode);
            }
            while (!end.IsCancellationRequested);
            return [.. statuses];
        }
    }

    [Fact]
    public async Task Guests_of_one_group_who_wait_for_each_other_occupy_one_connection()
    {
        // A busy machine may need longer than a visitor's five seconds for all guests.
        await server.DisposeAsync();
        server = await StartAsync(("RateLimits:StatementSeconds", "600"));
        var group = await server.Admin.CreateGroupAsync();
        var link = await server.Admin.PostAsJsonAsync($"/api/v1/groups/{group}/links", new { uploads = true }).JsonAsync(HttpStatusCode.Created);
        var guests = new List<SendingGuest>();
        for (var number = 1; number <= 30; number++)
        {
            var client = server.NewClient(useCookies: true);
            client.DefaultRequestHeaders.Add("X-Forwarded-For", $"203.0.113.{number}");
            guests.Add(new SendingGuest(client, "/api/v1" + link.Text("url")));
            await client.GetAsync(guests[^1].Path).StatusAsync(HttpStatusCode.OK);
        }

        List<Task<HttpResponseMessage>> announcing;
        await using (var holder = new NpgsqlConnection(server.ConnectionString))
        {
            await holder.OpenAsync();
            await using var hold = new NpgsqlCommand($"BEGIN; SELECT FROM groups WHERE id = '{group}' FOR UPDATE", holder);
            await hold.ExecuteNonQueryAsync();
            announcing = [.. guests.Select(guest => guest.AnnounceAsync("Grace", ("a.jpg", TestImages.Jpeg())))];
            await WaitingAsync(1);
            for (var reads = 0; reads < 30; reads++)
            {
                await SendAsync(HttpMethod.Get, $"/api/v1/tags?q=a{reads}", "198.51.100.7").StatusAsync(HttpStatusCode.OK);

                // A background job may be waiting, too.
                (await WaitingAsync()).ShouldBeLessThanOrEqualTo(2);
            }
        }

        foreach (var answer in announcing)
        {
            await answer.StatusAsync(HttpStatusCode.Created);
        }

        guests.ForEach(guest => guest.Dispose());
    }

    /// <summary>Occupies one seat of an address until cancelled. The result is the status of the first response.</summary>
    private async Task<HttpStatusCode> OccupyAsync(string path, CancellationToken cancellationToken)
    {
        HttpStatusCode? first = null;
        while (first is null || !cancellationToken.IsCancellationRequested)
        {
            using var response = await SendAsync(HttpMethod.Get, path, "198.51.100.1", CancellationToken.None);
            first ??= response.StatusCode;
            await Task.Delay(50, CancellationToken.None);
        }

        return first.Value;
    }

    /// <summary>Repeats a request of the address that <see cref="OccupyAsync"/> uses, until the response has the given status.</summary>
    private async Task<HttpResponseMessage> UntilAsync(HttpStatusCode status, string path)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var response = await SendAsync(HttpMethod.Get, path, "198.51.100.1", patience.Token);
            if (response.StatusCode == status)
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(100, patience.Token);
        }
    }

    private Task<ImageHubServer> StartAsync(params (string Name, string Value)[] more) => StartAsync(null, more);

    private Task<ImageHubServer> StartAsync(Action<WebApplicationBuilder>? configure, params (string Name, string Value)[] more) => ImageHubServer.StartAsync(
        postgres,
        more.Append(("ForwardedHeaders:KnownProxies", "127.0.0.0/8")).ToDictionary(setting => setting.Item1, setting => (string?)setting.Item2, StringComparer.Ordinal),
        configure);

    /// <summary>Waits until at least the given number of statements wait for a lock.</summary>
    private async Task WaitingAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (await WaitingAsync() < count)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private async Task NothingWaitsAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await WaitingAsync() > 0)
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private async Task<long> WaitingAsync() =>
        (long)(await server.SqlAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"))!;

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string address, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "X-Forwarded-For", address } } };
        if (method == HttpMethod.Post)
        {
            request.Content = JsonContent.Create(new { password = "sesame" });
        }

        return await server.Visitor.SendAsync(request, cancellationToken);
    }
}
