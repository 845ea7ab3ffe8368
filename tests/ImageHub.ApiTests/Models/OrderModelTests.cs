using System.Net;
using System.Net.Http.Json;
using FsCheck.Fluent;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Models;

/// <summary>The manual order of a group's images, compared with a list.</summary>
public sealed class OrderModelTests(PostgresServer postgres)
{
    private enum Kind
    {
        Add,
        Move,
        MoveTwoAtOnce,
        Delete,
        Restore,
    }

    [Fact]
    public async Task The_order_by_hand_matches_the_model_after_each_operation()
    {
        await using var server = await ImageHubServer.StartAsync(postgres);
        var seed = 0;
        var operations =
            from kind in Gen.Frequency((3, Gen.Constant(Kind.Add)), (4, Gen.Constant(Kind.Move)), (2, Gen.Constant(Kind.MoveTwoAtOnce)), (2, Gen.Constant(Kind.Delete)), (2, Gen.Constant(Kind.Restore)))
            from first in Gen.Choose(0, 99)
            from second in Gen.Choose(0, 99)
            from length in Gen.Choose(1, 3)
            select (Kind: kind, First: first, Second: second, Length: length);

        await ModelCheck.HoldsAsync(operations, async sequence =>
        {
            var group = await server.Admin.CreateGroupAsync();
            List<Guid> shown = [], trashed = [];
            for (var i = 0; i < 4; i++)
            {
                shown.Add(await AddAsync(group));
            }

            foreach (var (kind, first, second, length) in sequence)
            {
                var block = Enumerable.Range(first, Math.Min(length, shown.Count)).Select(at => shown[at % shown.Count]).ToArray();
                switch (kind)
                {
                    case Kind.Add:
                        shown.Add(await AddAsync(group));
                        break;
                    case Kind.Move:
                        var after = Behind(shown, block, second);
                        await MoveAsync(group, block, after);
                        shown = Moved(shown, block, after);
                        break;
                    case Kind.MoveTwoAtOnce when shown.Except(block).ToArray() is [_, ..] others:
                        Guid[] other = [others[second % others.Length]];
                        var (one, two) = (Behind(shown, [.. block, .. other], second), Behind(shown, [.. block, .. other], first + second));
                        await Task.WhenAll(MoveAsync(group, block, one), MoveAsync(group, other, two));
                        var read = await ReadAsync(group);
                        List<Guid>[] possible = [Moved(Moved(shown, block, one), other, two), Moved(Moved(shown, other, two), block, one)];
                        possible.ShouldContain(list => list.SequenceEqual(read), string.Join(", ", read));
                        shown = read;
                        break;
                    case Kind.Delete when shown.Count > 1:
                        var deleted = shown[first % shown.Count];
                        await server.Admin.DeleteAsync($"/api/v1/images/{deleted}").StatusAsync(HttpStatusCode.NoContent);
                        shown.Remove(deleted);
                        trashed.Add(deleted);

                        // An image that is restored immediately returns to its former position.
                        if (second % 2 == 0)
                        {
                            await RestoreAsync(deleted);
                            trashed.Remove(deleted);
                            shown.Insert(first % (shown.Count + 1), deleted);
                        }

                        break;
                    case Kind.Restore when trashed.Count > 0:
                        var restored = trashed[first % trashed.Count];
                        await RestoreAsync(restored);
                        trashed.Remove(restored);
                        var order = await ReadAsync(group);
                        order.ShouldContain(restored);
                        order.Where(image => image != restored).ShouldBe(shown, "restoring keeps the order of the others");
                        shown = order;
                        break;
                }

                (await ReadAsync(group)).ShouldBe(shown, kind.ToString());
            }
        });

        Task<Guid> AddAsync(Guid group) => server.Admin.AddImageAsync(group, $"{++seed}.jpg", TestImages.Jpeg(16, 12, seed));
        Task RestoreAsync(Guid image) => server.Admin.PostAsync($"/api/v1/images/{image}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        Task MoveAsync(Guid group, Guid[] ids, Guid? after) =>
            server.Admin.PutAsJsonAsync($"/api/v1/groups/{group}/order", new { ids, after }).StatusAsync(HttpStatusCode.NoContent);
        async Task<List<Guid>> ReadAsync(Guid group) =>
            [.. (await server.Admin.GetAsync($"/api/v1/groups/{group}/images?pageSize=100").JsonAsync()).Items("items").Select(image => image.Id())];
    }

    /// <summary>Picks the image after which a block is moved: an image outside the block, or null for the front.</summary>
    private static Guid? Behind(List<Guid> shown, Guid[] block, int number)
    {
        Guid?[] places = [null, .. shown.Except(block).Select(image => (Guid?)image)];
        return places[number % places.Length];
    }

    private static List<Guid> Moved(List<Guid> list, Guid[] block, Guid? after)
    {
        List<Guid> moved = [.. list.Except(block)];
        moved.InsertRange(after is null ? 0 : moved.IndexOf(after.Value) + 1, block);
        return moved;
    }
}
