using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Secrets;
using ImageHub.Domain.OneDrive;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.OneDrive;

/// <summary>Access tokens of the connected drive.</summary>
public interface IDriveTokens
{
    /// <summary>Gets an access token that is not known to be invalid.</summary>
    /// <param name="refused">A token that Graph has just rejected and that is not returned again; or null.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="ProblemException">
    /// 409 <c>oneDriveNotConfigured</c>, <c>oneDriveNotConnected</c> or <c>oneDriveRefused</c>; 503 <c>oneDriveUnavailable</c>.
    /// </exception>
    Task<string> GetAsync(string? refused, CancellationToken cancellationToken);
}

/// <summary>
/// Stores the tokens encrypted in the database. A lock on the connection's row ensures that only one instance at a time refreshes them. The callers of one
/// instance share a refresh with its result or error, so that only one database connection waits for Microsoft. An exchange may invalidate the refresh token,
/// so it is completed even if all callers cancel.
/// </summary>
internal sealed class DriveTokens(
    IServiceScopeFactory scopes, IMicrosoftSignIn signIn, ISecrets secrets, IOptions<OneDriveOptions> options, TimeProvider clock, ILogger<DriveTokens> logger) : IDriveTokens
{
    /// <summary>Tokens that expire within this time are refreshed before use.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan SavePause = TimeSpan.FromSeconds(1);

    private const string Purpose = "onedrive tokens";
    private const int SaveAttempts = 5;

    private readonly Lock gate = new();
    private Task<string>? refreshing;

    public async Task<string> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        await using (var scope = scopes.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
            if (Usable(await db.OneDriveConnections.SingleOrDefaultAsync(cancellationToken), refused) is { } token)
            {
                return token;
            }
        }

        // A refresh that began before Graph rejected the token may return that token.
        var shared = await ShareRefresh(refused).WaitAsync(cancellationToken);
        return shared == refused ? await ShareRefresh(refused).WaitAsync(cancellationToken) : shared;
    }

    /// <summary>Stores tokens in a connection, encrypted.</summary>
    public void Put(OneDriveConnection connection, MicrosoftTokens tokens, string refreshToken) => connection.Renew(
        secrets.Protect(Purpose, tokens.AccessToken), clock.Now() + tokens.Lifetime, secrets.Protect(Purpose, tokens.RefreshToken ?? refreshToken));

    /// <exception cref="ProblemException">409 if there is no connection, or consent was withdrawn.</exception>
    private static OneDriveConnection EnsureConnected(OneDriveConnection? connection) => connection switch
    {
        null => throw NotConnected("OneDrive is not connected; an admin can connect it on the OneDrive page."),
        { LostAt: not null } => throw NotConnected("Consent to use OneDrive is no longer valid; an admin must connect it again on the OneDrive page."),
        _ => connection,
    };

    private static ProblemException NotConnected(string detail) => new(Problems.OneDriveNotConnected, detail);

    /// <summary>Whether saving to the database failed. Transient errors are wrapped in an <see cref="InvalidOperationException"/>.</summary>
    private static bool IsOutage(Exception exception) => exception is DbUpdateException or InvalidOperationException || DatabaseOutage.IsDatabaseError(exception);

    private string? Usable(OneDriveConnection? connection, string? refused)
    {
        var token = EnsureConnected(connection).AccessTokenExpiresAt > clock.GetUtcNow() + Margin ? secrets.Unprotect(Purpose, connection!.AccessToken) : null;
        return token == refused ? null : token;
    }

    /// <summary>Returns the running refresh, or starts one.</summary>
    private Task<string> ShareRefresh(string? refused)
    {
        lock (gate)
        {
            if (refreshing is not { IsCompleted: false })
            {
                refreshing = RefreshAsync(refused);
            }

            return refreshing;
        }
    }

    private async Task<string> RefreshAsync(string? refused)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        var connection = EnsureConnected(await db.Locks.LockOneDriveConnectionAsync(CancellationToken.None));
        if (Usable(connection, refused) is { } token)
        {
            // Another request or instance has already refreshed the token.
            return token;
        }

        if (secrets.Unprotect(Purpose, connection.RefreshToken) is not { } refreshToken)
        {
            throw NotConnected("The tokens of OneDrive cannot be decrypted, for example because the signing key has changed; an admin must connect it again on the OneDrive page.");
        }

        MicrosoftTokens tokens;
        try
        {
            tokens = await signIn.RefreshAsync(refreshToken, CancellationToken.None);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.OneDriveNotConnected)
        {
            connection.Lose(clock.Now());
            await db.SaveChangesAsync(CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
            logger.LogWarning("Consent to use OneDrive is no longer valid: {Reason}", problem.Message);
            throw;
        }

        Put(connection, tokens, refreshToken);
        try
        {
            await db.SaveChangesAsync(CancellationToken.None);
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception exception) when (IsOutage(exception))
        {
            LogNotSaved(exception);

            // Ends the transaction, which may still hold the lock on the row.
            await transaction.DisposeAsync();
            await SaveAgainAsync(connection);
        }

        return tokens.AccessToken;
    }

    /// <summary>Saves new tokens after the database connection was lost, because the previous refresh token may be invalid.</summary>
    private async Task SaveAgainAsync(OneDriveConnection renewed)
    {
        for (var attempt = 1; ; attempt++)
        {
            await Task.Delay(SavePause, clock, CancellationToken.None);
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                var db = scope.ServiceProvider.GetRequiredService<IImageHubDb>();
                await db.OneDriveConnections
                    .Where(row => row.ConnectedAt == renewed.ConnectedAt && row.LostAt == null)
                    .ExecuteUpdateAsync(
                        row => row
                            .SetProperty(connection => connection.AccessToken, renewed.AccessToken)
                            .SetProperty(connection => connection.AccessTokenExpiresAt, renewed.AccessTokenExpiresAt)
                            .SetProperty(connection => connection.RefreshToken, renewed.RefreshToken),
                        CancellationToken.None);
                return;
            }
            catch (Exception exception) when (attempt < SaveAttempts && IsOutage(exception))
            {
                LogNotSaved(exception);
            }
        }
    }

    private void LogNotSaved(Exception exception) =>
        logger.LogWarning(DatabaseOutage.ForLog(exception), "New tokens of OneDrive cannot be saved ({Reason}); trying again", DatabaseOutage.FindReason(exception));
}
