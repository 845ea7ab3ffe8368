using ImageHub.Application.Delivery;
using ImageHub.Infrastructure.Delivery;

namespace ImageHub.UnitTests.Delivery;

public sealed class AnswerSetTests
{
    private readonly AnswerSet set = new(capacity: 100_000);

    [Fact]
    public void An_answer_is_cached_until_one_of_its_tags_is_dropped()
    {
        Add("a", "groups", "group:1");
        Add("b", "group:2");

        set.Drop(["image:7"]);
        Kept("a", "b").ShouldBe("ab");

        set.Drop(["group:1"]).ShouldHaveSingleItem().Key.ShouldBe("a");
        Kept("a", "b").ShouldBe("b");

        set.Clear();
        set.Find("b").ShouldBeNull();
        set.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void An_answer_read_before_a_change_is_not_stored_after_it()
    {
        var before = set.Generation;

        set.Drop(["group:1"]);

        set.Add(Answer("a", "group:1"), before, out _).ShouldBeFalse();
        set.Add(Answer("b", "group:2"), before, out _).ShouldBeTrue();
        set.Add(Answer("c", "group:1"), set.Generation, out _).ShouldBeTrue();
        Kept("a", "b", "c").ShouldBe("bc");
    }

    [Fact]
    public void An_answer_read_before_everything_was_dropped_is_not_stored_after_it()
    {
        var before = set.Generation;

        set.Clear();

        set.Add(Answer("a", "group:1"), before, out _).ShouldBeFalse();
    }

    [Fact]
    public void Answers_read_before_the_oldest_remembered_drop_are_not_stored()
    {
        set.Drop(["group:1"]);
        var before = set.Generation;
        set.Drop(["group:2"]);

        for (var other = 0; other < 10_001; other++)
        {
            set.Drop([$"image:{other}"]);
        }

        set.Add(Answer("a", "group:2"), before, out _).ShouldBeFalse();
    }

    [Fact]
    public void The_least_recently_used_answer_is_evicted_first()
    {
        var small = new AnswerSet(capacity: 3_000);
        foreach (var key in new[] { "a", "b", "c" })
        {
            small.Add(Answer(key, new byte[400], "t"), 0, out var evicted).ShouldBeTrue();
            evicted.ShouldBeEmpty();
        }

        small.Find("a");
        small.Add(Answer("d", new byte[400], "t"), 0, out var gone).ShouldBeTrue();

        gone.ShouldHaveSingleItem().Key.ShouldBe("b");
        (small.Find("a") is null, small.Find("b") is null, small.Find("c") is null, small.Find("d") is null).ShouldBe((false, true, false, false));
        small.Add(Answer("large", new byte[4_000], "t"), 0, out _).ShouldBeFalse();
        small.Find("a").ShouldNotBeNull();
    }

    [Fact]
    public void A_newer_answer_replaces_the_one_under_its_key()
    {
        var first = Answer("a", "group:1");
        var second = Answer("a", [2], "group:2");
        set.Add(first, 0, out _);

        set.Add(second, 0, out _);

        set.Find("a").ShouldNotBeNull().Body.ShouldBe([2]);
        (set.Holds(first), set.Holds(second)).ShouldBe((false, true));
        set.Drop(["group:1"]).ShouldBeEmpty();
        set.Find("a").ShouldNotBeNull().Body.ShouldBe([2]);
    }

    private string Kept(params string[] keys) => string.Concat(keys.Where(key => set.Find(key)?.Body is [1]));

    private static KeptAnswer Answer(string key, params string[] tags) => Answer(key, [1], tags);

    private static KeptAnswer Answer(string key, byte[] body, params string[] tags) => new(key, new KeptContent([], body), tags);

    private void Add(string key, params string[] tags) => set.Add(Answer(key, tags), set.Generation, out _).ShouldBeTrue();
}
