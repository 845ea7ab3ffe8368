using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using MediatR;

namespace ImageHub.Application.Links;

/// <summary>Unlocks a shared group with its password.</summary>
/// <param name="Password">The password.</param>
public sealed record UnlockSharedGroup(string Password) : IRequest<ShareCookie>
{
    internal string Token { get; init; } = "";

    internal string? Cookie { get; init; }

    /// <summary>The same request for a link and the guest's cookie.</summary>
    public UnlockSharedGroup WithToken(string token, string? cookie) => this with { Token = token, Cookie = cookie };
}

internal sealed class UnlockSharedGroupValidator : AbstractValidator<UnlockSharedGroup>
{
    public UnlockSharedGroupValidator() => RuleFor(request => request.Password).GivenPassword();
}

internal sealed class UnlockSharedGroupHandler(SharedGroups groups, ShareTickets tickets, IPasswordHasher hasher, IRateLimiter limiter, ICaller caller)
    : IRequestHandler<UnlockSharedGroup, ShareCookie>
{
    // Limits guessing from one address; a guest who knows the password rarely needs a second attempt. Guesses are counted per link, so that
    // they do not affect other guests at the same address with other links.
    private static readonly RateLimit PerAddress = new("link-password-address", 10, TimeSpan.FromMinutes(1));
    private static readonly RateLimit PerLink = new("link-password", 60, TimeSpan.FromMinutes(1));

    // Limits correct passwords, too, because each takes a hash: a guest who knows the password must not keep the queue full.
    private static readonly RateLimit Attempts = new("link-password-attempts", 30, TimeSpan.FromMinutes(1));

    public async Task<ShareCookie> Handle(UnlockSharedGroup request, CancellationToken cancellationToken)
    {
        var shared = await groups.FindAsync(request.Token, request.Cookie, cancellationToken);

        // A guest who has already entered the password is not delayed by the guesses of others.
        if (shared.Link.PasswordHash is { } hash && !shared.Ticket.IsUnlocked)
        {
            await EnsureMayTryAsync(shared.Link.Id, cancellationToken);
            using var turn = await WaitForTurnAsync(shared.Link.Id, cancellationToken);

            // Checked again after waiting, since other attempts may have failed.
            await EnsureMayTryAsync(shared.Link.Id, cancellationToken);
            await limiter.TakeAsync(Attempts, AddressAt(shared.Link.Id), 1, cancellationToken);
            if (!hasher.Verify(request.Password, hash))
            {
                await limiter.TakeAsync(PerAddress, AddressAt(shared.Link.Id), 1, cancellationToken);
                await limiter.TakeAsync(PerLink, shared.Link.Id.ToString("N"), 1, cancellationToken);
                throw new ProblemException(Problems.WrongPassword, "This is not the link's password.");
            }
        }

        return tickets.Issue(shared.Ticket with { IsUnlocked = true }, shared.Link);
    }

    /// <summary>A request that finds the queue full counts as an attempt, as a wrong password does.</summary>
    private async Task<IDisposable> WaitForTurnAsync(Guid linkId, CancellationToken cancellationToken)
    {
        try
        {
            return await hasher.WaitForTurnAsync(PasswordQueue.Links, new HashCaller(caller.Address, KnownAs: null), cancellationToken);
        }
        catch (ProblemException problem) when (problem.Problem == Problems.ServerBusy)
        {
            await limiter.TakeAsync(Attempts, AddressAt(linkId), 1, cancellationToken);
            throw;
        }
    }

    private string AddressAt(Guid linkId) => $"{linkId:N} {caller.Address}";

    private async Task EnsureMayTryAsync(Guid linkId, CancellationToken cancellationToken)
    {
        TimeSpan?[] waits =
        [
            await limiter.TakeAsync(PerAddress, AddressAt(linkId), 0, cancellationToken),
            await limiter.TakeAsync(PerLink, linkId.ToString("N"), 0, cancellationToken),
            await limiter.TakeAsync(Attempts, AddressAt(linkId), 0, cancellationToken),
        ];
        if (waits.Max() is { } time)
        {
            throw new ProblemException(Problems.TooManyRequests, $"Too many passwords were tried; try again in {Math.Ceiling(time.TotalSeconds)} s.") { RetryAfter = time };
        }
    }
}
