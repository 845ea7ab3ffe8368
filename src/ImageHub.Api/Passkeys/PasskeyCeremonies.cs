using System.Collections.Frozen;
using System.Runtime.ExceptionServices;
using ImageHub.Api.Web;
using ImageHub.Application.Database;
using ImageHub.Application.Passkeys;
using ImageHub.Domain.Accounts;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ImageHub.Api.Passkeys;

/// <summary>Implements the ceremonies with the passkey handler of ASP.NET Core Identity.</summary>
internal sealed class PasskeyCeremonies(IPasskeyHandler<User> handler, IHttpContextAccessor accessor, IOptions<WebOptions> options, TimeProvider clock) : IPasskeyCeremonies
{
    /// <summary>AuthenticatorTransport of Web Authentication Level 3, section 5.8.4. The handler does not check these values.</summary>
    private static readonly FrozenSet<string> Transports = FrozenSet.Create(StringComparer.Ordinal, "usb", "nfc", "ble", "smart-card", "hybrid", "internal");

    private HttpContext Context => accessor.HttpContext!;

    /// <inheritdoc/>
    public bool IsAvailable => FindHost(Context.Request.Host) is { HostNameType: UriHostNameType.Dns } host && host.IdnHost == FindDomain(options.Value);

    /// <inheritdoc/>
    public async Task<Ceremony> BeginRegistrationAsync(User user)
    {
        var begun = await handler.MakeCreationOptionsAsync(new PasskeyUserEntity { Id = user.Id.ToString(), Name = user.UserName, DisplayName = user.UserName }, Context);
        return new Ceremony(begun.CreationOptionsJson, begun.AttestationState!);
    }

    /// <inheritdoc/>
    public async Task<Passkey?> VerifyRegistrationAsync(string credential, string state, User user, string name)
    {
        var result = await handler.PerformAttestationAsync(new PasskeyAttestationContext { CredentialJson = credential, AttestationState = state, HttpContext = Context });
        RethrowOutage(result.Failure);
        return result is { Succeeded: true, Passkey: var added } && result.UserEntity.Id == user.Id.ToString()
            ? Passkey.Create(user.Id, name, added.CredentialId, added.PublicKey, added.SignCount, [.. (added.Transports ?? []).Where(Transports.Contains).Distinct(StringComparer.Ordinal)], added.IsBackupEligible, added.IsBackedUp, clock.GetUtcNow())
            : null;
    }

    /// <inheritdoc/>
    public async Task<Ceremony> BeginSignInAsync()
    {
        var begun = await handler.MakeRequestOptionsAsync(user: null, Context);
        return new Ceremony(begun.RequestOptionsJson, begun.AssertionState!);
    }

    /// <inheritdoc/>
    public async Task<VerifiedPasskey?> VerifySignInAsync(string credential, string state)
    {
        var result = await handler.PerformAssertionAsync(new PasskeyAssertionContext { CredentialJson = credential, AssertionState = state, HttpContext = Context });
        RethrowOutage(result.Failure);
        return result is { Succeeded: true } ? new VerifiedPasskey(result.User.Id, result.Passkey.CredentialId, result.Passkey.SignCount, result.Passkey.IsBackedUp) : null;
    }

    /// <summary>
    /// Rethrows an outage or a cancellation, which does not prove that the credential is wrong. The handler returns every error as a failure.
    /// </summary>
    private static void RethrowOutage(Exception? failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is OperationCanceledException || DatabaseOutage.IsDatabaseError(cause))
            {
                ExceptionDispatchInfo.Throw(failure!);
            }
        }
    }

    /// <summary>The host of a request as an address; null if it is malformed.</summary>
    private static Uri? FindHost(HostString host) => Uri.TryCreate($"https://{host.ToUriComponent()}", UriKind.Absolute, out var address) ? address : null;

    /// <summary>The relying party's id: the host of the public address, else <c>localhost</c>.</summary>
    private static string FindDomain(WebOptions web) => string.IsNullOrEmpty(web.PublicUrl) ? "localhost" : new Uri(web.PublicUrl).IdnHost;

    /// <summary>Registers the ceremonies.</summary>
    public static void Add(IServiceCollection services)
    {
        services.AddScoped<IPasskeyCeremonies, PasskeyCeremonies>();
        services.AddScoped<IPasskeyHandler<User>, PasskeyHandler<User>>();
        services.AddIdentityCore<User>().AddUserStore<PasskeyStore>();
        services.AddOptions<IdentityPasskeyOptions>().Configure<IOptions<WebOptions>>((passkeys, web) =>
        {
            passkeys.ServerDomain = FindDomain(web.Value);
            passkeys.UserVerificationRequirement = "required";
            passkeys.ResidentKeyRequirement = "required";
            passkeys.ValidateOrigin = context => ValueTask.FromResult(!context.CrossOrigin && IsOwn(context.Origin, context.HttpContext.Request.Host, web.Value));
        });
    }

    /// <summary>Whether an origin is the public address or, if none is configured, the request's own address on <c>localhost</c>.</summary>
    private static bool IsOwn(string origin, HostString host, WebOptions web) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var address)
        && (string.IsNullOrEmpty(web.PublicUrl)
            ? address.Host == "localhost" && HostString.FromUriComponent(address.Authority) == host
            : IsSame(address, new Uri(web.PublicUrl)));

    private static bool IsSame(Uri origin, Uri address) => (origin.Scheme, origin.IdnHost, origin.Port) == (address.Scheme, address.IdnHost, address.Port);
}
