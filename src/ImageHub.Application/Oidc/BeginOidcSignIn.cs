using System.Text.Json;
using MediatR;
using Microsoft.Extensions.Options;

namespace ImageHub.Application.Oidc;

/// <summary>Begins to sign in at the OpenID Connect provider.</summary>
/// <param name="ReturnTo">A path of this site, to which the browser returns. The default, also for any other value, is <c>/account</c>.</param>
public sealed record BeginOidcSignIn(string? ReturnTo) : IRequest<string>;

/// <summary>The addresses of pages to which a sign-in returns.</summary>
internal static class OidcPages
{
    /// <summary>The page after signing in.</summary>
    public const string Default = "/account";

    /// <summary>The page that shows whether an account is joined.</summary>
    public const string Account = "/account/password";

    private const int MaxLength = 2_000;

    /// <summary>The sign-in page with the reason of a failure.</summary>
    public static string SignInFailed(OidcFailure failure) => $"/sign-in?error={Code(failure)}";

    /// <summary>The account page with the reason of a failure.</summary>
    public static string JoinFailed(OidcFailure failure) => $"{Account}?error={Code(failure)}";

    /// <summary>
    /// A path of this site, or the default page. Browsers remove tabs and line breaks, and read <c>//</c> and <c>/\</c> as the start of another host.
    /// </summary>
    public static string OwnPath(string? path) =>
        path is { Length: > 0 and <= MaxLength } && path[0] == '/' && !path.StartsWith("//", StringComparison.Ordinal) && path.All(character => character is > ' ' and <= '~' and not '\\')
            ? path
            : Default;

    private static string Code(OidcFailure failure) => JsonNamingPolicy.CamelCase.ConvertName(failure.ToString());
}

internal sealed class BeginOidcSignInHandler(IOidcProvider provider, IOptions<OidcOptions> options) : IRequestHandler<BeginOidcSignIn, string>
{
    /// <summary>Returns the address to which the browser is sent.</summary>
    public async Task<string> Handle(BeginOidcSignIn request, CancellationToken cancellationToken)
    {
        options.Value.EnsureConfigured();
        if (!provider.CanReturn)
        {
            return OidcPages.SignInFailed(OidcFailure.PublicUrlMissing);
        }

        var address = await provider.BeginAsync(new OidcIntent(OidcPages.OwnPath(request.ReturnTo)), cancellationToken);
        return address?.AbsoluteUri ?? OidcPages.SignInFailed(OidcFailure.ProviderUnavailable);
    }
}
