using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ImageHub.Application.Accounts;
using ImageHub.Application.Database;
using ImageHub.Application.Secrets;
using ImageHub.Domain.OneDrive;
using MediatR;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.OneDrive;

/// <summary>Begins to connect a OneDrive: somebody signs in at Microsoft, who then sends the browser back.</summary>
public sealed record ConnectOneDrive : IRequest<OneDriveSignInStart>;

/// <summary>Where the browser goes.</summary>
/// <param name="Url">Microsoft's sign-in. It works for 10 minutes and in this browser.</param>
public sealed record OneDriveSignInUrl(string Url);

/// <summary>A sign-in that was begun.</summary>
/// <param name="Url">Where the browser goes.</param>
/// <param name="Cookie">What the browser shows when it comes back.</param>
public sealed record OneDriveSignInStart(OneDriveSignInUrl Url, string Cookie);

internal sealed class ConnectOneDriveHandler(
    IImageHubDb db, IMicrosoftSignIn signIn, ISecrets secrets, ICaller caller, IOptions<OneDriveOptions> options, TimeProvider clock)
    : IRequestHandler<ConnectOneDrive, OneDriveSignInStart>
{
    public async Task<OneDriveSignInStart> Handle(ConnectOneDrive request, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        var now = clock.Now();
        await db.OneDriveSignIns.Where(begun => begun.ExpiresAt < now).ExecuteDeleteAsync(cancellationToken);
        var (state, cookie, verifier) = (SignInSecrets.Create(), SignInSecrets.Create(), SignInSecrets.Create());
        db.OneDriveSignIns.Add(OneDriveSignIn.Begin(
            SignInSecrets.Hash(state), SignInSecrets.Hash(cookie), caller.UserId!.Value, secrets.Protect(SignInSecrets.VerifierPurpose, verifier), now));
        await db.SaveChangesAsync(cancellationToken);

        // S256 (RFC 7636, section 4.2).
        var challenge = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));
        return new OneDriveSignInStart(new OneDriveSignInUrl(signIn.AuthorizeUrl(state, challenge).AbsoluteUri), cookie);
    }
}

/// <summary>The random texts of a sign-in: 256 bits in base64url, which is also what a PKCE verifier may be made of (RFC 7636, section 4.1).</summary>
internal static class SignInSecrets
{
    public const string VerifierPurpose = "onedrive verifier";

    private const int Bytes = 32;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
