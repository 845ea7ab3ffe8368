using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using ImageHub.Application.RateLimits;
using Microsoft.Extensions.Options;
using Org.BouncyCastle.Crypto.Generators;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>bcrypt ("2b"), one hash at a time.</summary>
internal sealed class BcryptPasswordHasher : IPasswordHasher, IDisposable
{
    private const string Version = "2b";
    private const int SaltBytes = 16;
    private const int MaxWaiting = 20;

    // The one that hashes, and half of those that wait.
    private const int MaxOfOneAddress = 1 + (MaxWaiting / 2);

    private readonly SemaphoreSlim turn = new(1);
    private readonly RecentDuration turns;
    private readonly int cost;
    private readonly Lazy<string> hashOfNobody;

    // By address, the one that hashes included.
    private readonly Dictionary<string, int> queued = new(StringComparer.Ordinal);

    public BcryptPasswordHasher(IOptions<PasswordOptions> options, TimeProvider clock)
    {
        cost = options.Value.Cost;
        turns = new RecentDuration(clock);
        hashOfNobody = new Lazy<string>(() => Hash("nobody's password"));
    }

    public async Task<IDisposable> WaitForTurnAsync(string address, CancellationToken cancellationToken)
    {
        lock (queued)
        {
            var own = queued.GetValueOrDefault(address);
            if (own == MaxOfOneAddress || queued.Values.Sum() == MaxWaiting + 1)
            {
                throw new ProblemException(Problems.ServerBusy, $"{queued.Values.Sum()} passwords are being checked; try again in a moment.")
                {
                    // By then those who wait now have had their turns.
                    RetryAfter = turns.Longest * queued.Values.Sum(),
                };
            }

            queued[address] = own + 1;
        }

        try
        {
            await turn.WaitAsync(cancellationToken);
        }
        catch
        {
            Leave(address);
            throw;
        }

        return new Turn(this, address);
    }

    public string Hash(string password) => OpenBsdBCrypt.Generate(Version, password.ToCharArray(), RandomNumberGenerator.GetBytes(SaltBytes), cost);

    public bool Verify(string password, string? hash)
    {
        // A password that bcrypt would cut, or cannot encode, belongs to no account, but takes as long as any other.
        var isPossible = hash is not null && System.Text.Encoding.UTF8.GetByteCount(password) <= Domain.Accounts.User.MaxPasswordBytes;
        var isRight = OpenBsdBCrypt.CheckPassword(hash ?? hashOfNobody.Value, (isPossible ? password : "impossible").ToCharArray());
        return isRight && isPossible;
    }

    public void Dispose() => turn.Dispose();

    private void Leave(string address)
    {
        lock (queued)
        {
            if (--queued[address] == 0)
            {
                queued.Remove(address);
            }
        }
    }

    private sealed class Turn(BcryptPasswordHasher hasher, string address) : IDisposable
    {
        private readonly IDisposable run = hasher.turns.Begin();
        private int isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0)
            {
                run.Dispose();
                hasher.Leave(address);
                hasher.turn.Release();
            }
        }
    }
}
