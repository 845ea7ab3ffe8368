using System.Globalization;
using ImageHub.Application.Accounts;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Accounts;

/// <summary>Hashes passwords with bcrypt ("2b"), one at a time.</summary>
internal sealed class BcryptPasswordHasher : IPasswordHasher, IDisposable
{
    private const char Revision = 'b';

    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<PasswordQueue, HashQueue> queues;
    private readonly int cost;
    private readonly Lazy<string> hashOfNobody;

    public BcryptPasswordHasher(IOptions<PasswordOptions> options, TimeProvider clock)
    {
        cost = options.Value.Cost;
        queues = Enum.GetValues<PasswordQueue>().ToDictionary(queue => queue, _ => new HashQueue(turn, clock));
        hashOfNobody = new Lazy<string>(() => Hash("nobody's password"));
    }

    public Task<IDisposable> WaitForTurnAsync(PasswordQueue queue, HashCaller caller, CancellationToken cancellationToken) =>
        queues[queue].WaitForTurnAsync(caller, cancellationToken);

    public string Hash(string password) => BCrypt.Net.BCrypt.HashPassword(password, BCrypt.Net.BCrypt.GenerateSalt(cost, Revision));

    public bool Verify(string password, string? hash)
    {
        // An unknown account and a password that bcrypt would truncate never match. They are hashed all the same, so the response time reveals nothing.
        var isPossible = hash is not null && System.Text.Encoding.UTF8.GetByteCount(password) <= Domain.Accounts.User.MaxPasswordBytes;
        var isRight = BCrypt.Net.BCrypt.Verify(isPossible ? password : "impossible", hash ?? hashOfNobody.Value);
        return isRight && isPossible;
    }

    public bool IsOutdated(string hash) => BCrypt.Net.BCrypt.InterrogateHash(hash).WorkFactor != cost.ToString("00", CultureInfo.InvariantCulture);

    public void Dispose() => turn.Dispose();
}
