using System.Data.Common;
using ImageHub.Application.Imaging;
using ImageHub.Application.Storage;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Database;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.ApiTests.Storage;

/// <summary>The log's lines about a check of an image whose commit fails.</summary>
public sealed class FailedCheckTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly LoggedLines log = new();
    private readonly FailingCommits commits = new();
    private ImageHubServer server = null!;

    public async ValueTask InitializeAsync() => server = await ImageHubServer.StartAsync(postgres, new() { [ImageHubServer.AlternatesKey] = "WebP" }, builder =>
    {
        builder.Logging.AddProvider(log);
        builder.Services.ConfigureDbContext<ImageHubDb>(options => options.AddInterceptors(commits));
    });

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        log.Dispose();
    }

    [Fact]
    public async Task An_object_that_was_stored_again_under_its_key_is_logged()
    {
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(400, 300, seed: 74_001));
        await DeleteAsync(image, ImageVariant.Low);

        await ShouldFailAsync(image);

        log.With($"images/{image}/1/low was lost or damaged; it has been made again").ShouldHaveSingleItem();
        await CheckAsync(image);
        log.With("made again").ShouldHaveSingleItem("the object is no longer lost");
    }

    [Fact]
    public async Task A_next_revision_that_does_not_exist_is_not_logged()
    {
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(400, 300, seed: 74_002));
        await server.RenderInBackgroundAsync();
        await DeleteAsync(image, [.. ImageVariant.Alternates]);

        await ShouldFailAsync(image);

        log.With("again with the next revision").ShouldBeEmpty();
        await CheckAsync(image);
        log.With("again with the next revision").ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_check_throws_at_an_outage_and_is_logged_after_mixed_up_answers_or_a_refused_statement()
    {
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "a.jpg", TestImages.Jpeg(400, 300, seed: 74_003));
        var checks = server.Services.GetRequiredService<ImageCheckRunner>();
        await DeleteAsync(image, ImageVariant.Low);

        commits.Error.Value = Outage();
        await Should.ThrowAsync<NpgsqlException>(() => checks.TryRunAsync(image, CancellationToken.None));
        log.With("could not be checked").ShouldBeEmpty();

        await DeleteAsync(image, ImageVariant.Low);
        var mixedUp = new InvalidDataException("Received unexpected backend message DataRow. Please file a bug.") { Source = "Npgsql" };
        commits.Error.Value = mixedUp;
        await checks.TryRunAsync(image, CancellationToken.None);
        log.Find($"The objects of image {image} could not be checked").ShouldHaveSingleItem().Exception.ShouldBe(mixedUp);

        await DeleteAsync(image, ImageVariant.Low);
        var refused = new PostgresException("A rule is violated.", "ERROR", "ERROR", PostgresErrorCodes.CheckViolation);
        commits.Error.Value = refused;
        await checks.TryRunAsync(image, CancellationToken.None);
        log.Find($"The objects of image {image} could not be checked")[^1].Exception.ShouldBe(refused);
    }

    private static NpgsqlException Outage() => new("Exception while writing to stream", new IOException());

    private async Task DeleteAsync(Guid image, params ImageVariant[] variants)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IObjectStore>().DeleteAsync([.. variants.Select(variant => ObjectKey.For(image, 1, variant))], CancellationToken.None);
    }

    private async Task ShouldFailAsync(Guid image)
    {
        commits.Error.Value = Outage();
        await Should.ThrowAsync<NpgsqlException>(() => CheckAsync(image));
        commits.Error.Value = null;
    }

    private async Task CheckAsync(Guid image)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ImageCheck>().RunAsync(image, new ImageCheckOptions(RenderAccounts.Admins));
    }

    /// <summary>Fails the commits of the test's own calls, not those of the server's jobs.</summary>
    private sealed class FailingCommits : DbTransactionInterceptor
    {
        public AsyncLocal<Exception?> Error { get; } = new();

        public override ValueTask<InterceptionResult> TransactionCommittingAsync(DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default) =>
            Error.Value is { } error ? throw error : new(result);
    }
}
