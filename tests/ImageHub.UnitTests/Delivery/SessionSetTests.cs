using ImageHub.Application.Accounts;
using ImageHub.Domain.Accounts;
using ImageHub.Infrastructure.Delivery;

namespace ImageHub.UnitTests.Delivery;

public sealed class SessionSetTests
{
    private static readonly LiveSession Session = new(Role.User, Tier: null, IsMember: false, DateTimeOffset.MaxValue);

    private readonly SessionSet set = new();

    [Fact]
    public void A_session_is_kept_until_all_are_removed_and_only_for_its_account()
    {
        var request = new FindSession(Guid.NewGuid(), Guid.NewGuid());

        set.Add(request, Session, set.Generation);

        set.Find(new FindSession(request.SessionId, request.UserId)).ShouldBe(Session);
        set.Find(request with { UserId = Guid.NewGuid() }).ShouldBeNull();
        set.Clear();
        set.Find(request).ShouldBeNull();
        set.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_session_that_was_read_before_a_change_is_not_kept_after_it()
    {
        var before = set.Generation;
        set.Clear();

        set.Add(new FindSession(Guid.NewGuid(), Guid.NewGuid()), Session, before);

        set.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void At_most_10000_sessions_are_kept()
    {
        for (var i = 0; i < 10_001; i++)
        {
            set.Add(new FindSession(Guid.NewGuid(), Guid.NewGuid()), Session, set.Generation);
        }

        set.IsEmpty.ShouldBeTrue();
    }
}
