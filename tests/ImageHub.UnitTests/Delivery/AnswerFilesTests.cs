using ImageHub.Application.Delivery;
using ImageHub.Infrastructure.Delivery;
using ImageHub.Testing.Database;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.UnitTests.Delivery;

public sealed class AnswerFilesTests : IDisposable
{
    private readonly string folder = TemporaryFolders.Create();
    private readonly AnswerSet set = new(capacity: 1_000_000);

    [Fact]
    public async Task A_written_answer_is_read_after_a_restart_and_a_removed_one_is_not()
    {
        var (kept, gone) = (new KeptAnswer("a", Content("ETag", "\"x\"", [1, 2, 3]), ["groups"]), new KeptAnswer("b", Content("Vary", "Accept", [4]), ["group:1", "images"]));
        await using (var files = Open())
        {
            foreach (var answer in new[] { kept, gone })
            {
                set.Add(answer, set.Generation, out _).ShouldBeTrue();
                files.Write(answer);
            }
        }

        await using (var files = Open())
        {
            files.Read().Count().ShouldBe(2);
            files.Remove(set.Drop(["images"]));
        }

        await using var again = Open();
        var read = again.Read().ShouldHaveSingleItem();
        read.Key.ShouldBe("a");
        read.Content.Headers.ShouldBe([KeyValuePair.Create("ETag", "\"x\"")]);
        read.Content.Body.ShouldBe([1, 2, 3]);
        read.Tags.ShouldBe(["groups"]);
    }

    [Fact]
    public async Task A_deleted_folder_makes_no_change_fail()
    {
        await using var files = Open();
        Directory.Delete(folder, recursive: true);

        Should.NotThrow(files.Clear);
        Should.NotThrow(() => files.MarkCurrent(DateTimeOffset.UnixEpoch));
        files.Read().ShouldBeEmpty();
        Should.NotThrow(() => files.Remove([new KeptAnswer("a", Content("Vary", "Accept", [1]), ["groups"])]));
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static KeptContent Content(string name, string value, byte[] body) => new([KeyValuePair.Create(name, value)], body);

    private AnswerFiles Open() => new(folder, "a database", set, NullLogger.Instance);
}
