using ImageHub.Application.Accounts;
using ImageHub.Infrastructure.Accounts;
using Microsoft.Extensions.Options;

namespace ImageHub.UnitTests.Accounts;

public sealed class BcryptPasswordHasherTests
{
    [Theory]
    [InlineData("correct horse", "$2b$04$GBkqqbckZGEIT6ZrPS32XewlRVSoTuCyfeMMzjA1SqA/OVnZqzbce")]
    [InlineData("schön — 写真 ☂", "$2b$04$1Lvdogf0YcPp6DE.us8T1eF.pperIc0QAz5w5KSjyMP4r0GAHQZNS")]
    public void A_hash_made_by_BouncyCastle_still_verifies(string password, string hash)
    {
        using var hasher = new BcryptPasswordHasher(Options.Create(new PasswordOptions { Cost = 4 }), TimeProvider.System);

        hasher.Verify(password, hash).ShouldBeTrue();
        hasher.Verify(password + "!", hash).ShouldBeFalse();
        hasher.Verify(password, hasher.Hash(password)).ShouldBeTrue();
    }
}
