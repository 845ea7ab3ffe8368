using System.Collections.Concurrent;
using System.Globalization;
using ImageHub.Api.Console;
using ImageHub.Api.Console.Adding;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ImageHub.ApiTests.Uploads;

/// <summary>The command <c>add</c> with an unreliable server and network.</summary>
public sealed class AddFolderInTroubleTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly string folder = TemporaryFolders.Create();
    private readonly Trouble trouble = new();
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() =>
        server = await ImageHubServer.StartAsync(postgres, configure: builder => builder.Services.AddSingleton<IStartupFilter>(trouble));

    [Fact]
    public async Task The_add_folder_command_waits_for_a_busy_server_as_long_as_the_server_asks()
    {
        Write("busy.jpg", 1, Trouble.Busy);

        var started = DateTime.UtcNow;
        var (exitCode, text) = await AddAsync();

        text.ShouldEndWith("1 uploaded, 0 skipped, 0 failed");
        exitCode.ShouldBe(0);
        (DateTime.UtcNow - started).ShouldBeGreaterThan(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_file_that_arrived_too_slowly_is_sent_again()
    {
        Write("late.jpg", 1, Trouble.Late);

        var (exitCode, text) = await AddAsync();

        text.ShouldEndWith("1 uploaded, 0 skipped, 0 failed");
        exitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_whose_answer_was_lost_is_sent_again_and_counts_as_uploaded()
    {
        Write("lost.jpg", 1, Trouble.Lost);
        Write("other.jpg", 2);

        var (exitCode, text) = await AddAsync();

        text.ShouldEndWith("2 uploaded, 0 skipped, 0 failed");
        exitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_file_that_never_gets_through_fails_and_the_other_files_are_uploaded()
    {
        Write("cursed.jpg", 1, Trouble.Cursed);
        Write("other.jpg", 2);

        var (exitCode, text) = await AddAsync();

        text.ShouldContain("failed   cursed.jpg: ");
        text.ShouldEndWith("1 uploaded, 0 skipped, 1 failed");
        exitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_command_that_is_stopped_early_reports_the_remaining_files_and_another_run_uploads_them()
    {
        foreach (var number in Enumerable.Range(1, 40))
        {
            Write($"{number}.jpg", number);
        }

        using var interruption = new CancellationTokenSource();
        await using var output = new Watched(interruption.Cancel);
        var (exitCode, text) = await AddAsync(output, interruption.Token);

        exitCode.ShouldBe(130);
        text.ShouldContain("Stopped early: ");
        text.ShouldNotContain("40 uploaded");

        (await AddAsync()).ExitCode.ShouldBe(0);
        var group = (await server.Admin.GetAsync("/api/v1/groups").JsonAsync()).Items().Single();
        var images = await server.Admin.GetAsync($"/api/v1/groups/{group.Id()}/images?pageSize=100").JsonAsync();
        var order = images.Items().Select(image => int.Parse(image.Text("fileName")![..^4], CultureInfo.InvariantCulture)).ToList();
        order.ShouldBe(Enumerable.Range(1, 40), ignoreOrder: true);

        // Each run sends its files in order, and the second run adds the files that the first run has not sent. The order therefore steps back at most once.
        order.Zip(order.Skip(1)).Count(next => next.Second < next.First).ShouldBeLessThanOrEqualTo(1);
    }

    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(true, false, 2)]
    [InlineData(false, true, 1)]
    [InlineData(true, true, 2)]
    public async Task An_expired_access_token_is_refreshed_and_a_lost_session_is_started_again(bool isLost, bool isBusy, int sessions)
    {
        var begun = 0;
        var credentials = new Credentials(
            async (asked, cancellationToken) =>
            {
                var pair = await SignIn.LoginAsync(asked, ImageHubServer.AdminName, ImageHubServer.AdminPassword, cancellationToken);
                trouble.BusyPath = isBusy && begun == 0 ? isLost ? "/api/v1/auth/login" : "/api/v1/auth/refresh" : null;
                return ++begun > 1 ? pair : pair with { AccessToken = "expired", RefreshToken = isLost ? "lost" : pair.RefreshToken };
            },
            Key: null);
        using var client = new ServerClient(server.Url, credentials);

        await client.SignInAsync(TestContext.Current.CancellationToken);

        begun.ShouldBe(sessions);
    }

    [Fact]
    public async Task Signing_in_with_tokens_that_the_server_refuses_fails_with_a_message()
    {
        using var client = new ServerClient(
            server.Url, new Credentials((_, _) => Task.FromResult(new SessionTokens("wrong", "wrong")), Key: null));

        (await Should.ThrowAsync<CannotAddException>(() => client.SignInAsync(TestContext.Current.CancellationToken))).Message.ShouldNotBeEmpty();
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<(int ExitCode, string Text)> AddAsync(TextWriter? watched = null, CancellationToken stop = default)
    {
        var output = watched ?? new StringWriter();
        var terminal = new Terminal(output, output, _ => ImageHubServer.AdminPassword);
        var exitCode = await CommandLine.RunAsync(["add", folder, "--server", server.Url.ToString(), "--user", ImageHubServer.AdminName], terminal, stop);
        return (exitCode, output.ToString()!.TrimEnd());
    }

    private void Write(string name, int seed) => File.WriteAllBytes(Path.Combine(folder, name), TestImages.Jpeg(320, 240, seed));

    /// <summary>Writes a file of a given size, padded after the image's end.</summary>
    private void Write(string name, int seed, int bytes)
    {
        var image = TestImages.Jpeg(320, 240, seed);
        File.WriteAllBytes(Path.Combine(folder, name), [.. image, .. new byte[bytes - image.Length]]);
    }

    /// <summary>Interferes with chosen uploads. It recognizes a file by its size, because the PATCH of an upload does not contain the file name.</summary>
    private sealed class Trouble : IStartupFilter
    {
        private readonly ConcurrentDictionary<long, bool> once = new();

        /// <summary>The size of a file whose first upload is refused with "busy".</summary>
        public const int Busy = 100_001;

        /// <summary>The size of a file that arrives, but whose first answer is lost.</summary>
        public const int Lost = 100_002;

        /// <summary>The size of a file whose connection breaks every time.</summary>
        public const int Cursed = 100_003;

        /// <summary>The size of a file whose first upload is refused as too slow.</summary>
        public const int Late = 100_004;

        /// <summary>The path whose next request is refused with "busy".</summary>
        public string? BusyPath { get; set; }

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, onwards) =>
            {
                var bytes = HttpMethods.IsPatch(context.Request.Method) ? context.Request.ContentLength ?? 0 : 0;
                if (context.Request.Path == BusyPath)
                {
                    BusyPath = null;
                    bytes = Busy;
                }

                switch (bytes)
                {
                    case Busy when once.TryAdd(bytes, true):
                        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                        context.Response.Headers.RetryAfter = "1";
                        break;
                    case Late when once.TryAdd(bytes, true):
                        context.Response.StatusCode = StatusCodes.Status408RequestTimeout;
                        break;
                    case Lost when once.TryAdd(bytes, true):
                        context.Response.Body = Stream.Null;
                        await onwards(context);
                        context.Abort();
                        break;
                    case Cursed:
                        context.Abort();
                        break;
                    default:
                        await onwards(context);
                        break;
                }
            });
            next(app);
        };
    }

    /// <summary>Output that calls a function at each line of progress, such as "10 %".</summary>
    private sealed class Watched(Action call) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.Contains(" %", StringComparison.Ordinal) is true)
            {
                call();
            }
        }
    }
}
