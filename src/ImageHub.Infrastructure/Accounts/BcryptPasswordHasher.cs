using System.Security.Cryptography;
using ImageHub.Application.Accounts;
using ImageHub.Application.Errors;
using Org.BouncyCastle.Crypto.Generators;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>bcrypt ("2b", cost 12: about 200 ms), one hash at a time.</summary>
internal sealed class BcryptPasswordHasher : IPasswordHasher, IDisposable
{
    private const string Version = "2b";
    private const int Cost = 12;
    private const int SaltBytes = 16;
    private const int MaxWaiting = 20;

    private readonly SemaphoreSlim turn = new(1);
    private readonly Lazy<string> hashOfNobody;
    private int waiting;

    public BcryptPasswordHasher() => hashOfNobody = new Lazy<string>(() => Hash("nobody's password"));

    public async Task<IDisposable> WaitForTurnAsync(CancellationToken cancellationToken)
    {
        // The one that hashes is not waiting, so one more than the limit may be inside.
        if (Interlocked.Increment(ref waiting) > MaxWaiting + 1)
        {
            Interlocked.Decrement(ref waiting);
            throw new ProblemException(Problems.ServerBusy, $"{MaxWaiting} others wait for their password to be checked.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        try
        {
            await turn.WaitAsync(cancellationToken);
        }
        catch
        {
            Interlocked.Decrement(ref waiting);
            throw;
        }

        return new Turn(this);
    }

    public string Hash(string password) => OpenBsdBCrypt.Generate(Version, password.ToCharArray(), RandomNumberGenerator.GetBytes(SaltBytes), Cost);

    public bool Verify(string password, string? hash)
    {
        // A password that bcrypt would cut, or cannot encode, belongs to no account, but takes as long as any other.
        var isPossible = hash is not null && System.Text.Encoding.UTF8.GetByteCount(password) <= Domain.Accounts.User.MaxPasswordBytes;
        var isRight = OpenBsdBCrypt.CheckPassword(hash ?? hashOfNobody.Value, (isPossible ? password : "impossible").ToCharArray());
        return isRight && isPossible;
    }

    public void Dispose() => turn.Dispose();

    private sealed class Turn(BcryptPasswordHasher hasher) : IDisposable
    {
        private int isOver;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isOver, 1) == 0)
            {
                Interlocked.Decrement(ref hasher.waiting);
                hasher.turn.Release();
            }
        }
    }
}
