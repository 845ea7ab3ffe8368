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

/// <summary>Starts connecting a OneDrive: the user signs in at Microsoft, which redirects the browser back.</summary>
public sealed record ConnectOneDrive : IRequest<OneDriveSignInStart>;

/// <summary>The address for the browser.</summary>
/// <param name="Url">Microsoft's sign-in page, valid for 10 minutes in this browser.</param>
public sealed record OneDriveSignInUrl(string Url);

/// <summary>A started sign-in.</summary>
/// <param name="Url">The address for the browser.</param>
/// <param name="Cookie">The cookie that identifies the browser when it returns.</param>
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

/// <summary>The random values of a sign-in: 256 bits in base64url, which is also the format of a PKCE verifier (RFC 7636, section 4.1).</summary>
internal static class SignInSecrets
{
    public const string VerifierPurpose = "onedrive verifier";

    private const int Bytes = 32;

    public static string Create() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
