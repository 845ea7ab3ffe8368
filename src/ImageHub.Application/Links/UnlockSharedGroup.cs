using FluentValidation;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using MediatR;

namespace ImageHub.Application.Links;

/// <summary>Unlocks a shared group with the link's password.</summary>
/// <param name="Password">The password.</param>
public sealed record UnlockSharedGroup(string Password) : IRequest<ShareCookie>
{
    internal string Token { get; init; } = "";

    internal string? Cookie { get; init; }

    /// <summary>Returns a copy of this request with the link's token and the guest's cookie.</summary>
    public UnlockSharedGroup WithToken(string token, string? cookie) => this with { Token = token, Cookie = cookie };
}

internal sealed class UnlockSharedGroupValidator : AbstractValidator<UnlockSharedGroup>
{
    public UnlockSharedGroupValidator() => RuleFor(request => request.Password).GivenPassword();
}

internal sealed class UnlockSharedGroupHandler(SharedGroups groups, ShareTickets tickets, IPasswordHasher hasher, IRateLimiter limiter, ICaller caller)
    : IRequestHandler<UnlockSharedGroup, ShareCookie>
{
    // Limits wrong passwords. Guesses from one address are counted for each link, so they do not affect guests of other links at the same address.
    private static readonly RateLimit PerAddress = new("link-password-address", 10, TimeSpan.FromMinutes(1));
    private static readonly RateLimit PerLink = new("link-password", 60, TimeSpan.FromMinutes(1));

    // Limits all attempts, because a correct password is also hashed. A guest who knows the password must not be able to fill the queue.
    private static readonly RateLimit Attempts = new("link-password-attempts", 30, TimeSpan.FromMinutes(1));

    public async Task<ShareCookie> Handle(UnlockSharedGroup request, CancellationToken cancellationToken)
    {
        var shared = await groups.FindAsync(request.Token, request.Cookie, cancellationToken);

        // A guest who has already entered the password is not delayed by the guesses of others.
        if (shared.Link.PasswordHash is { } hash && !shared.Ticket.IsUnlocked)
        {
            await EnsureMayTryAsync(shared.Link.Id, cancellationToken);
            using var turn = await WaitForTurnAsync(shared.Link.Id, cancellationToken);

            // Checks the limits again, because other attempts may have failed during the wait.
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

    /// <summary>Waits for a turn to hash. A request that is rejected because the queue is full also counts as an attempt.</summary>
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
