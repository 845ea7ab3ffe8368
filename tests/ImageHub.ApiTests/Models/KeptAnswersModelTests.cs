using System.Net;
using System.Net.Http.Json;
using FsCheck.Fluent;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Models;

/// <summary>
/// The groups and images that visitors see, compared with a model after each acknowledged change. Other visitors fill the caches at the same time.
/// </summary>
public sealed class KeptAnswersModelTests(PostgresServer postgres)
{
    private const int Readers = 3;

    private enum Kind
    {
        Publish,
        Unpublish,
        DeleteGroup,
        RestoreGroup,
        Delete,
        Restore,
        Move,
    }

    [Fact]
    public async Task Visitors_see_exactly_what_is_published_after_each_change()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["RateLimits:AtWorkPerAddress"] = "1000" });
        var seed = 0;
        var operations =
            from kind in Gen.Elements(Enum.GetValues<Kind>())
            from number in Gen.Choose(0, 1)
            from image in Gen.Choose(0, 3)
            select (Kind: kind, Group: number, Image: image);

        await ModelCheck.HoldsAsync(operations, async sequence =>
        {
            Shelf[] groups = [new(await server.Admin.CreateGroupAsync()), new(await server.Admin.CreateGroupAsync(isPublished: false))];
            var images = new List<Photo>();
            for (var i = 0; i < 4; i++)
            {
                images.Add(new(await server.Admin.AddImageAsync(groups[i % 2].Id, $"{++seed}.jpg", TestImages.Jpeg(16, 12, seed))) { Group = groups[i % 2] });
            }

            groups[0].IsPublished = true;
            using var ending = new CancellationTokenSource();
            var reading = Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadAsync(ending.Token))).ToArray();
            foreach (var (kind, number, at) in sequence)
            {
                var (group, image) = (groups[number], images[at]);
                await ChangeAsync(kind, group, image, groups[1 - number]);
                foreach (var one in groups)
                {
                    var isSeen = one is { IsPublished: true, IsTrashed: false };
                    using var list = await server.Visitor.GetAsync($"/api/v1/groups/{one.Id}/images?pageSize=100");
                    list.StatusCode.ShouldBe(isSeen ? HttpStatusCode.OK : HttpStatusCode.NotFound, $"{kind}: list");
                    if (isSeen)
                    {
                        (await Task.FromResult(list).JsonAsync()).Items("items").Select(item => item.Id())
                            .ShouldBe(images.Where(photo => photo.Group == one && !photo.IsTrashed).Select(photo => photo.Id), ignoreOrder: true);
                    }

                    (await server.Visitor.GetAsync("/api/v1/groups?pageSize=100").JsonAsync()).Items("items").Any(item => item.Id() == one.Id)
                        .ShouldBe(isSeen && images.Exists(photo => photo.Group == one && !photo.IsTrashed), $"{kind}: groups; a group without images is not listed");
                }

                foreach (var photo in images)
                {
                    var expected = photo is { IsTrashed: false, Group: { IsPublished: true, IsTrashed: false } } ? HttpStatusCode.OK : HttpStatusCode.NotFound;
                    await server.Visitor.GetAsync($"/api/v1/images/{photo.Id}").StatusAsync(expected);
                    await server.Visitor.GetAsync($"/api/v1/images/{photo.Id}/low").StatusAsync(expected);
                }
            }

            await ending.CancelAsync();
            await Task.WhenAll(reading);
            foreach (var group in groups.Where(group => !group.IsTrashed))
            {
                await server.Admin.DeleteAsync($"/api/v1/groups/{group.Id}").StatusAsync(HttpStatusCode.NoContent);
            }

            async Task ReadAsync(CancellationToken cancellation)
            {
                var turn = 0;
                while (!cancellation.IsCancellationRequested)
                {
                    var path = (turn++ % 4) switch
                    {
                        0 => "/api/v1/groups?pageSize=100",
                        1 => $"/api/v1/groups/{groups[turn % 2].Id}/images?pageSize=100",
                        2 => $"/api/v1/images/{images[turn % images.Count].Id}",
                        _ => $"/api/v1/images/{images[turn % images.Count].Id}/low",
                    };
                    using var answer = await server.Visitor.GetAsync(path, CancellationToken.None);
                    answer.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.NotFound);
                    await Task.Delay(10, CancellationToken.None);
                }
            }
        });

        async Task ChangeAsync(Kind kind, Shelf group, Photo image, Shelf other)
        {
            switch (kind)
            {
                case Kind.Publish or Kind.Unpublish when !group.IsTrashed:
                    group.IsPublished = kind == Kind.Publish;
                    await server.Admin.PatchAsJsonAsync($"/api/v1/groups/{group.Id}", new { isPublished = group.IsPublished }).StatusAsync(HttpStatusCode.OK);
                    break;
                case Kind.DeleteGroup when !group.IsTrashed:
                    group.IsTrashed = true;
                    await server.Admin.DeleteAsync($"/api/v1/groups/{group.Id}").StatusAsync(HttpStatusCode.NoContent);
                    break;
                case Kind.RestoreGroup when group.IsTrashed:
                    group.IsTrashed = false;
                    await server.Admin.PostAsync($"/api/v1/groups/{group.Id}/restore", null).StatusAsync(HttpStatusCode.NoContent);
                    break;
                case Kind.Delete when image is { IsTrashed: false, Group.IsTrashed: false }:
                    image.IsTrashed = true;
                    await server.Admin.DeleteAsync($"/api/v1/images/{image.Id}").StatusAsync(HttpStatusCode.NoContent);
                    break;
                case Kind.Restore when image is { IsTrashed: true, Group.IsTrashed: false }:
                    image.IsTrashed = false;
                    await server.Admin.PostAsync($"/api/v1/images/{image.Id}/restore", null).StatusAsync(HttpStatusCode.NoContent);
                    break;
                case Kind.Move when image is { IsTrashed: false, Group.IsTrashed: false } && !group.IsTrashed && !other.IsTrashed:
                    image.Group = image.Group == group ? other : group;
                    await server.Admin.PatchAsJsonAsync($"/api/v1/images/{image.Id}", new { groupId = image.Group.Id }).StatusAsync(HttpStatusCode.OK);
                    break;
            }
        }
    }

    private sealed class Shelf(Guid id)
    {
        public Guid Id => id;

        public bool IsPublished { get; set; }

        public bool IsTrashed { get; set; }
    }

    private sealed class Photo(Guid id)
    {
        public Guid Id => id;

        public required Shelf Group { get; set; }

        public bool IsTrashed { get; set; }
    }
}
