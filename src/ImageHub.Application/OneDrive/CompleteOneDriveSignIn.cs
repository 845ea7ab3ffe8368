using System.Security.Cryptography;
using ImageHub.Application.Database;
using ImageHub.Application.Errors;
using ImageHub.Application.Secrets;
using ImageHub.Domain.Accounts;
using ImageHub.Domain.OneDrive;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.OneDrive;

/// <summary>The result of a sign-in at Microsoft.</summary>
public enum OneDriveSignInOutcome
{
    /// <summary>The OneDrive is connected.</summary>
    Connected,

    /// <summary>Consent was refused.</summary>
    Refused,

    /// <summary>The sign-in was not started in this browser, took too long, or was already completed.</summary>
    Unknown,

    /// <summary>Microsoft issued no tokens.</summary>
    Failed,
}

/// <summary>Handles the redirect from Microsoft (RFC 6749, section 4.1.2), and connects the OneDrive.</summary>
/// <param name="State">The returned state.</param>
/// <param name="Code">The authorization code, or null after an error.</param>
/// <param name="Cookie">The browser's cookie.</param>
public sealed record CompleteOneDriveSignIn(string? State, string? Code, string? Cookie) : IRequest<OneDriveSignInOutcome>;

internal sealed class CompleteOneDriveSignInHandler(
    IImageHubDb db,
    IMicrosoftSignIn signIn,
    IDrive drive,
    DriveTokens tokens,
    ISecrets secrets,
    IOptions<OneDriveOptions> options,
    TimeProvider clock,
    ILogger<CompleteOneDriveSignInHandler> logger) : IRequestHandler<CompleteOneDriveSignIn, OneDriveSignInOutcome>
{
    public async Task<OneDriveSignInOutcome> Handle(CompleteOneDriveSignIn request, CancellationToken cancellationToken)
    {
        var begun = options.Value.IsConfigured ? await db.AtomicChanges.TakeOneDriveSignInAsync(SignInSecrets.Hash(request.State ?? ""), cancellationToken) : null;
        if (begun is null
            || begun.ExpiresAt <= clock.GetUtcNow()
            || !CryptographicOperations.FixedTimeEquals(begun.CookieHash, SignInSecrets.Hash(request.Cookie ?? ""))
            || !await db.Users.AnyAsync(user => user.Id == begun.UserId && user.Role == Role.Admin && !user.IsDisabled, cancellationToken)
            || secrets.Unprotect(SignInSecrets.VerifierPurpose, begun.Verifier) is not { } verifier)
        {
            return OneDriveSignInOutcome.Unknown;
        }

        if (string.IsNullOrEmpty(request.Code))
        {
            return OneDriveSignInOutcome.Refused;
        }

        try
        {
            // The exchange consumes the authorization code, so the tokens are stored even if the browser disconnects.
            await ConnectAsync(begun.UserId, await signIn.RedeemAsync(request.Code, verifier, CancellationToken.None));
            return OneDriveSignInOutcome.Connected;
        }
        catch (ProblemException problem)
        {
            logger.LogWarning("Microsoft issued no tokens: {Reason}", problem.Message);
            return OneDriveSignInOutcome.Failed;
        }
    }

    private async Task ConnectAsync(Guid userId, MicrosoftTokens given)
    {
        if (given.RefreshToken is null)
        {
            throw new ProblemException(Problems.OneDriveRefused, "Microsoft issued no refresh token; the application needs the permission offline_access.");
        }

        var connection = OneDriveConnection.Create(userId, clock.Now());
        tokens.Put(connection, given, given.RefreshToken);
        await db.AtomicChanges.PutOneDriveConnectionAsync(connection);
        try
        {
            // The OneDrive may have been disconnected or connected anew since.
            var account = (await drive.GetUseAsync(CancellationToken.None)).Account;
            await db.OneDriveConnections
                .Where(row => row.ConnectedAt == connection.ConnectedAt)
                .ExecuteUpdateAsync(row => row.SetProperty(it => it.Account, account), CancellationToken.None);
        }
        catch (ProblemException problem)
        {
            // The connection works without the account's name, which is requested again when it is displayed.
            logger.LogWarning("The name of the OneDrive account cannot be read: {Reason}", problem.Message);
        }
    }
}
