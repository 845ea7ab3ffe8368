using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageHub.ApiTests.Webhooks;

/// <summary>Receivers that are down, slow or misconfigured, and servers that stop during delivery.</summary>
public sealed class WebhooksInTroubleTests(PostgresServer postgres) : IAsyncLifetime
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);

    private readonly StandInReceiver receiver = new();
    private readonly ShiftedClock clock = new();
    private readonly LoggedLines log = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await receiver.DisposeAsync();
        log.Dispose();
    }

    [Theory]
    [InlineData(500)]
    [InlineData(404)]
    [InlineData(304)]
    public async Task A_refused_message_is_sent_again_unchanged_with_a_new_signature(int status)
    {
        await receiver.StartAsync();
        receiver.OnMessage = context => Answer(context, status);
        await using var server = await StartAsync();
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");
        var first = await receiver.NextAsync();
        await server.FailedAsync(1, FirstPause, clock);
        clock.Advance(FirstPause);
        var second = await receiver.NextAsync();
        await server.FailedAsync(2, TimeSpan.FromMinutes(1), clock);

        receiver.OnMessage = null;
        clock.Advance(TimeSpan.FromMinutes(1));
        var third = await receiver.NextAsync();
        await server.NothingWaitsAsync();

        second.Body.ShouldBe(first.Body);
        third.Body.ShouldBe(first.Body);
        third.ShouldBeSignedWith(StandInReceiver.Secret, clock.GetUtcNow());
        third.Headers["X-ImageHub-Signature"].ShouldNotBe(first.Headers["X-ImageHub-Signature"]);
        log.With("given up").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_receiver_that_starts_later_gets_the_message()
    {
        await using var server = await StartAsync();
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");
        await server.FailedAsync(1, FirstPause, clock);

        await receiver.StartAsync();
        clock.Advance(FirstPause);

        (await receiver.NextAsync()).Data.Text("name").ShouldBe("Grace");
        await server.NothingWaitsAsync();
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await receiver.StartAsync();
        receiver.OnMessage = context =>
        {
            context.Response.Headers.Location = "/elsewhere";
            return Answer(context, StatusCodes.Status307TemporaryRedirect);
        };
        await using var server = await StartAsync();
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");

        (await receiver.NextAsync()).Path.ShouldBe("/told");
        await server.FailedAsync(1, FirstPause, clock);
        receiver.TakeRest().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Nothing_is_sent_to_an_address_that_is_not_public(string host)
    {
        using var listener = new TcpListener(IPAddress.IPv6Any, 0) { Server = { DualMode = true } };
        listener.Start();
        var settings = receiver.Settings;
        settings["Webhooks:Url"] = $"https://{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/";
        await using var server = await ImageHubServer.StartAsync(postgres, settings, builder => builder.Services.AddSingleton<TimeProvider>(clock));
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");

        await server.FailedAsync(1, FirstPause, clock);

        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task An_untrusted_certificate_is_refused()
    {
        await receiver.StartAsync();
        await using var server = await StartAsync(builder => StandInReceiver.AdmitAddressOnly(builder, receiver.Url));
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");

        await server.FailedAsync(1, FirstPause, clock);

        receiver.TakeRest().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_message_is_abandoned_after_a_day_and_the_log_reports_it()
    {
        await receiver.StartAsync();
        receiver.OnMessage = context => Answer(context, StatusCodes.Status503ServiceUnavailable);
        await using var server = await StartAsync();
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");
        var first = await receiver.NextAsync();
        await server.FailedAsync(1, FirstPause, clock);

        // After the second attempt the pause would be a minute, but less than a minute is left.
        clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(55));
        (await receiver.NextAsync()).Id.ShouldBe(first.Id);
        await server.EventuallyAsync("SELECT EXISTS (SELECT FROM webhook_events WHERE attempts = 2 AND due_at = at + interval '1 day')");
        log.With("given up").ShouldBeEmpty();
        clock.Advance(TimeSpan.FromSeconds(55));
        (await receiver.NextAsync()).Id.ShouldBe(first.Id);
        await server.NothingWaitsAsync();

        // The log line is written after the event is deleted.
        while (!log.With("given up").Any())
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        var line = log.With("given up").ShouldHaveSingleItem();
        line.ShouldBe($"Webhook {first.Id} (FavouritesSubmitted) is given up after 3 attempts: the receiver answers 503");
        receiver.OnMessage = null;
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Ada");
        (await receiver.NextAsync()).Data.Text("name").ShouldBe("Ada");
    }

    [Fact]
    public async Task A_slow_receiver_holds_no_transaction_open_and_the_message_is_sent_again()
    {
        await receiver.StartAsync();
        var answers = new TaskCompletionSource();
        var asked = new TaskCompletionSource<CancellationToken>();
        receiver.OnMessage = context =>
        {
            asked.TrySetResult(context.RequestAborted);
            return answers.Task;
        };
        await using var server = await StartAsync();
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");
        var first = await receiver.NextAsync();

        // The transactions of other jobs are short. A transaction around the request would stay open until the request times out.
        await server.EventuallyAsync("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%')");
        await server.EventuallyAsync("SELECT NOT EXISTS (SELECT FROM pg_locks WHERE relation = 'webhook_events'::regclass AND pid <> pg_backend_pid())");
        (await asked.Task).IsCancellationRequested.ShouldBeFalse();

        await server.FailedAsync(1, FirstPause, clock);
        receiver.OnMessage = null;
        clock.Advance(FirstPause);
        (await receiver.NextAsync()).Id.ShouldBe(first.Id);
        await server.NothingWaitsAsync();
        answers.SetResult();
    }

    [Fact]
    public async Task Only_the_status_of_an_endless_answer_is_read()
    {
        await receiver.StartAsync();
        var sent = 0L;
        receiver.OnMessage = async context =>
        {
            context.Response.StatusCode = StatusCodes.Status200OK;

            // Kestrel learns only later that the connection has ended. Until then, writes succeed at once; the pauses keep these writes few.
            while (!(await context.Response.BodyWriter.WriteAsync(new byte[65_536], context.RequestAborted)).IsCompleted)
            {
                Interlocked.Add(ref sent, 65_536);
                await Task.Delay(1, context.RequestAborted);
            }
        };
        await using var server = await StartAsync();
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");

        await receiver.NextAsync();
        await server.NothingWaitsAsync();

        // Some bytes are in the connection's buffers on both sides.
        Interlocked.Read(ref sent).ShouldBeLessThan(32 * 1024 * 1024);
    }

    [Fact]
    public async Task Two_instances_send_each_event_once()
    {
        await receiver.StartAsync();

        // A server sends four messages at a time and waits for all answers, so the fifth message at once is sent by the other server. An answer does not wait
        // longer than five seconds, because the sender gives up after ten and would send the message again.
        var (arrived, both) = (0, new TaskCompletionSource());
        receiver.OnMessage = _ =>
        {
            if (Interlocked.Increment(ref arrived) == 5)
            {
                both.SetResult();
            }

            return Task.WhenAny(both.Task, Task.Delay(TimeSpan.FromSeconds(5)));
        };
        await using var first = await StartAsync();
        await using var second = await first.StartSecondAsync();
        var group = await first.Admin.CreateGroupAsync();
        await first.SqlAsync("CREATE FUNCTION postpone() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.due_at := NEW.at + interval ''1 hour''; RETURN NEW; END'");
        await first.SqlAsync("CREATE TRIGGER postpone BEFORE INSERT ON webhook_events FOR EACH ROW EXECUTE FUNCTION postpone()");
        var batches = new List<Guid>();
        for (var number = 0; number < 12; number++)
        {
            batches.Add((await first.Admin.AnnounceAsync(group, [new { fileName = "empty.jpg", bytes = 0 }]).JsonAsync(HttpStatusCode.Created)).Id());
        }

        // All events become due at once.
        await first.SqlAsync("UPDATE webhook_events SET due_at = at");
        await both.Task.WaitAsync(TestContext.Current.CancellationToken);
        await first.NothingWaitsAsync();

        receiver.TakeRest().Select(message => message.Data.Id("batchId")).Order().ShouldBe(batches.Order());
    }

    [Fact]
    public async Task A_message_that_a_stopped_server_was_sending_is_sent_by_another_half_a_minute_later()
    {
        await receiver.StartAsync();
        var never = new TaskCompletionSource();
        receiver.OnMessage = _ => never.Task;
        await using var server = await StartAsync();
        await (await ChoosingGuest.ComeAsync(server)).SubmitAsync("Grace");
        var first = await receiver.NextAsync();

        await server.RestartAsync();
        receiver.OnMessage = null;
        (await server.WaitingAsync()).ShouldBe(1);
        clock.Advance(TimeSpan.FromSeconds(30));

        (await receiver.NextAsync()).Body.ShouldBe(first.Body);
        await server.NothingWaitsAsync();
        never.SetResult();
    }

    [Fact]
    public async Task When_a_guest_submits_repeatedly_only_the_last_submission_waits()
    {
        await receiver.StartAsync();
        receiver.OnMessage = context => Answer(context, StatusCodes.Status503ServiceUnavailable);
        await using var server = await StartAsync();
        var (guest, other) = (await ChoosingGuest.ComeAsync(server), await ChoosingGuest.ComeAsync(server, "Christening"));
        await other.SubmitAsync("Ada");
        foreach (var name in (string[])["Grace", "Grace H.", "Grace Hopper"])
        {
            await guest.SubmitAsync(name);

            // Wait until the first attempt has started. The next submission also replaces such an event.
            await server.EventuallyAsync($"SELECT EXISTS (SELECT FROM webhook_events WHERE attempts > 0 AND body LIKE '%\"{name}\"%')");
        }

        (await server.WaitingAsync()).ShouldBe(2);
        (await server.SqlAsync("SELECT string_agg(body::jsonb #>> '{data,name}', ', ' ORDER BY at) FROM webhook_events")).ShouldBe("Ada, Grace Hopper");
    }

    [Fact]
    public async Task A_new_event_of_a_batch_replaces_those_that_still_wait()
    {
        await receiver.StartAsync();
        receiver.OnMessage = context => Answer(context, StatusCodes.Status503ServiceUnavailable);
        await using var server = await StartAsync();
        var group = await server.Admin.CreateGroupAsync();
        var batch = (await server.Admin.AnnounceAsync(group, [new { fileName = "0.jpg", bytes = 0 }]).JsonAsync(HttpStatusCode.Created)).Id();
        await server.Admin.AnnounceAsync(group, [new { fileName = "other.jpg", bytes = 0 }]).JsonAsync(HttpStatusCode.Created);
        for (var i = 1; i < 3; i++)
        {
            await server.Admin.PostAsJsonAsync($"/api/v1/uploads/{batch}/files", new { files = new[] { new { fileName = $"{i}.jpg", bytes = 0 } } }).StatusAsync(HttpStatusCode.OK);
        }

        (await server.WaitingAsync()).ShouldBe(2);
        (await server.SqlAsync("SELECT string_agg(body::jsonb #>> '{data,total}', ', ' ORDER BY at) FROM webhook_events")).ShouldBe("1, 3");
    }

    [Fact]
    public async Task The_number_of_waiting_messages_of_one_kind_is_limited_and_other_kinds_are_not_affected()
    {
        await receiver.StartAsync();
        await using var server = await StartAsync();
        var guest = await ChoosingGuest.ComeAsync(server);
        await server.SqlAsync(
            "INSERT INTO webhook_events (id, kind, body, at, attempts, due_at) SELECT gen_random_uuid(), 0, '{}', now(), 1, now() + interval '1 hour' FROM generate_series(1, 2500)");

        await guest.SubmitAsync("Grace");
        await server.Admin.AnnounceAsync(guest.Group, [new { fileName = "empty.jpg", bytes = 0 }]).JsonAsync(HttpStatusCode.Created);

        (await receiver.NextAsync()).Event.ShouldBe("batchFinished");
        log.With("A webhook of the kind FavouritesSubmitted is not sent: 2500 are already waiting").ShouldHaveSingleItem();
        await server.SqlAsync("DELETE FROM webhook_events WHERE id = (SELECT id FROM webhook_events LIMIT 1)");
        await guest.SubmitAsync("Ada");
        (await receiver.NextAsync()).Data.Text("name").ShouldBe("Ada");
    }

    private static Task Answer(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private Task<ImageHubServer> StartAsync(Action<WebApplicationBuilder>? admit = null) => ImageHubServer.StartAsync(postgres, receiver.Settings, builder =>
    {
        (admit ?? receiver.Admit)(builder);
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Logging.AddProvider(log);
    });
}
