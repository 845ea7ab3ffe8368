using ImageHub.Application.Database;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.OneDrive;
using ImageHub.Domain.Uploads;
using Microsoft.EntityFrameworkCore;

namespace ImageHub.Infrastructure.Database.Statements;

/// <summary>Statements that return the removed, inserted or updated rows, or change many rows to different values.</summary>
internal sealed class AtomicChanges(ImageHubDb db) : IAtomicChanges
{
    public async Task<OneDriveSignIn?> TakeOneDriveSignInAsync(byte[] stateHash, CancellationToken cancellationToken) => (await db.OneDriveSignIns
        .FromSql($"DELETE FROM one_drive_sign_ins WHERE state_hash = {stateHash} RETURNING *")
        .ToListAsync(cancellationToken)).SingleOrDefault();

    public Task PutOneDriveConnectionAsync(OneDriveConnection connection) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO one_drive_connections (id, account, access_token, access_token_expires_at, refresh_token, connected_by, connected_at, lost_at)
        VALUES ({connection.Id}, {connection.Account}, {connection.AccessToken}, {connection.AccessTokenExpiresAt}, {connection.RefreshToken}, {connection.ConnectedBy}, {connection.ConnectedAt}, {connection.LostAt})
        ON CONFLICT (id) DO UPDATE SET (account, access_token, access_token_expires_at, refresh_token, connected_by, connected_at, lost_at) =
            (excluded.account, excluded.access_token, excluded.access_token_expires_at, excluded.refresh_token, excluded.connected_by, excluded.connected_at, excluded.lost_at)
        """);

    public async Task<OidcJoinIntent?> TakeOidcJoinIntentAsync(byte[] stateHash, CancellationToken cancellationToken) => (await db.OidcJoinIntents
        .FromSql($"DELETE FROM oidc_join_intents WHERE state_hash = {stateHash} RETURNING *")
        .ToListAsync(cancellationToken)).SingleOrDefault();

    public async Task<bool> AddOidcLogoutAsync(OidcLogout logout, CancellationToken cancellationToken) => await db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO oidc_logouts (token_hash, issuer, subject, session_id, received_at, expires_at)
        VALUES ({logout.TokenHash}, {logout.Issuer}, {logout.Subject}, {logout.SessionId}, {logout.ReceivedAt}, {logout.ExpiresAt})
        ON CONFLICT DO NOTHING
        """,
        cancellationToken) > 0;

    public Task RememberAddressAsync(Guid userId, byte[] addressHash, DateTimeOffset signedInAt, CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        INSERT INTO known_addresses (user_id, address_hash, signed_in_at) VALUES ({userId}, {addressHash}, {signedInAt})
        ON CONFLICT (user_id, address_hash) DO UPDATE SET signed_in_at = excluded.signed_in_at
        """,
        cancellationToken);

    public Task AddLinkViewsAsync(Guid[] linkIds, int[] views) => db.Database.ExecuteSqlAsync(
        $"UPDATE links SET views = links.views + counted.views FROM unnest({linkIds}, {views}) AS counted(id, views) WHERE links.id = counted.id");

    public Task RemoveSurplusUploadResultsAsync(CancellationToken cancellationToken) => db.Database.ExecuteSqlAsync(
        $"""
        DELETE FROM upload_files WHERE id IN (
            SELECT id FROM (
                SELECT id, row_number() OVER (PARTITION BY account_id ORDER BY finished_at DESC) AS place FROM upload_files WHERE batch_id IS NULL AND finished_at IS NOT NULL) AS results
            WHERE place > {UploadBatch.MaxKeptFiles})
        """,
        cancellationToken);
}
