using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ImageHub.Application.Duplicates;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using static ImageHub.Testing.HeldRequests;

namespace ImageHub.ApiTests.Images;

/// <summary>The detection of near-duplicate images.</summary>
public sealed class DuplicateTests(PostgresServer postgres) : IAsyncLifetime
{
    private ImageHubServer server = null!;
    private Guid group;
    private int seed;

    public async ValueTask InitializeAsync()
    {
        server = await ImageHubServer.StartAsync(postgres);
        group = await server.Admin.CreateGroupAsync("Harbour");
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task The_same_picture_in_another_size_format_or_quality_is_listed_with_the_best_image_first()
    {
        var other = await server.Admin.CreateGroupAsync("Elsewhere", isPublished: false);
        var small = await server.Admin.AddImageAsync(group, "small.jpg", Scene(1, 320, 240).ToJpeg());
        await server.Admin.AddImageAsync(group, "another.jpg", Scene(2, 640, 480).ToJpeg());
        var png = await server.Admin.AddImageAsync(group, "large.png", Scene(1, 1280, 960).ToPng());
        var jpeg = await server.Admin.AddImageAsync(other, "large.jpg", Scene(1, 1280, 960).ToJpeg());
        var webP = await server.Admin.AddImageAsync(group, "middle.webp", Scene(1, 640, 480).ToWebP());
        await CompareAsync();

        var set = (await ListAsync()).Single();

        set.Items("images").Select(image => image.Id()).ShouldBe([png, jpeg, webP, small]);
        set.GetProperty("distance").GetInt32().ShouldBeInRange(0, 6);
        var second = set.Items("images")[1];
        (second.Text("groupTitle"), second.Text("fileName"), second.Id("groupId"), second.GetProperty("width").GetInt32(), second.GetProperty("low").Text("contentType"))
            .ShouldBe(("Elsewhere", "large.jpg", other, 1280, "image/jpeg"));
        second.GetProperty("createdAt").GetDateTimeOffset().ShouldBe((await server.Admin.GetAsync($"/api/v1/images/{jpeg}").JsonAsync()).GetProperty("createdAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task A_trashed_image_leaves_its_set_and_a_kept_pair_is_no_longer_listed()
    {
        var images = await AddSameAsync("a", 1, 3);
        await CompareAsync();
        (await SetsAsync()).ShouldBe([Set(images)]);

        await server.Admin.DeleteAsync($"/api/v1/images/{images[1]}").StatusAsync(HttpStatusCode.NoContent);
        (await SetsAsync()).ShouldBe([Set(images[0], images[2])]);
        await server.Admin.DeleteAsync($"/api/v1/images/{images[2]}").StatusAsync(HttpStatusCode.NoContent);
        (await SetsAsync()).ShouldBeEmpty();
        await server.Admin.PostAsync($"/api/v1/images/{images[2]}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        (await SetsAsync()).ShouldBe([Set(images[0], images[2])]);

        Guid[] ids = [images[0], images[2]];
        await server.Admin.PostAsJsonAsync("/api/v1/duplicates/keep", new { ids }).StatusAsync(HttpStatusCode.NoContent);
        (await SetsAsync()).ShouldBeEmpty();
        await server.Admin.PostAsJsonAsync("/api/v1/duplicates/keep", new { ids, kept = false }).StatusAsync(HttpStatusCode.NoContent);
        (await SetsAsync()).ShouldBe([Set(images[0], images[2])]);
        await server.Admin.PostAsJsonAsync("/api/v1/duplicates/keep", new { ids, kept = true }).StatusAsync(HttpStatusCode.NoContent);
        (await SetsAsync()).ShouldBeEmpty();

        // Another copy is a near-duplicate of both.
        var next = await AddSameAsync("b", 1, 1);
        await CompareAsync();
        (await SetsAsync()).ShouldBe([Set(images[0], images[2], next[0])]);

        await server.Admin.DeleteAsync($"/api/v1/groups/{group}").StatusAsync(HttpStatusCode.NoContent);
        (await SetsAsync()).ShouldBeEmpty();
        await server.Admin.DeleteAsync("/api/v1/trash").StatusAsync(HttpStatusCode.NoContent);
        (await server.SqlAsync("SELECT count(*) FROM similar_images")).ShouldBe(0L);
    }

    [Fact]
    public async Task Users_images_are_not_listed_as_duplicates()
    {
        await server.Admin.CreateUserAsync("ada");
        using var ada = await server.SignInAsync("ada", ImageHubServer.UserPassword);
        await AddSameAsync("a", 1, 1);
        await ada.PutAsync("/api/v1/me/images/own.png", new ByteArrayContent(Scene(1, 640, 480).ToPng())).StatusAsync(HttpStatusCode.Created);
        await CompareAsync();

        (await SetsAsync()).ShouldBeEmpty();
        (await server.SqlAsync("SELECT count(perceptual_hash) FROM images")).ShouldBe(1L);
    }

    [Fact]
    public async Task The_distance_is_in_bits_and_images_within_it_are_joined_to_sets()
    {
        // 0 and 0b111 differ in 3 bits, 0b111 and 0b11111111 in 5, 0 and 0b11111111 in 8.
        var images = await AddHashedAsync(0b0, 0b111, 0b1111_1111, long.MinValue | 0xFFFF_0000_0000, long.MinValue | 0xFFFF_0000_0000);
        await CompareAsync();

        (await SetsAsync("distance=0")).ShouldBe([Set(images[3], images[4])]);
        (await SetsAsync("distance=3")).ShouldBe([Set(images[3], images[4]), Set(images[0], images[1])]);
        (await SetsAsync("distance=4")).ShouldBe([Set(images[3], images[4]), Set(images[0], images[1])]);
        (await SetsAsync("distance=5")).ShouldBe([Set(images[3], images[4]), Set(images[0], images[1], images[2])]);
        (await ListAsync("distance=16")).Select(set => set.GetProperty("distance").GetInt32()).ShouldBe([0, 5]);
        foreach (var wrong in (string[])["17", "-1", "x"])
        {
            var problem = await server.Admin.GetAsync($"/api/v1/duplicates?distance={wrong}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
            problem.GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe(["distance"]);
        }
    }

    [Fact]
    public async Task Both_paging_forms_list_every_set_once()
    {
        var hashes = Enumerable.Range(0, 7).SelectMany(set => Enumerable.Repeat(((long)set * 0x0F0F_0F0F_0F0F_0F0F) ^ ((0xFFFFL << (set * 8)) * (set % 2)), 2)).ToArray();
        await AddHashedAsync(hashes);
        await CompareAsync();
        var all = await SetsAsync("pageSize=100&distance=0");
        all.Count.ShouldBe(7);

        var followed = new List<string>();
        string? cursor = "";
        while (cursor is not null)
        {
            var part = await server.Admin.GetAsync($"/api/v1/duplicates?distance=0&pageSize=3&cursor={cursor}").JsonAsync();
            part.EnumerateObject().Select(field => field.Name).ShouldBe(["items", "nextCursor"], ignoreOrder: true);
            followed.AddRange(part.Items().Select(Set));
            cursor = part.Text("nextCursor");
        }

        followed.ShouldBe(all);
        var page = await server.Admin.GetAsync("/api/v1/duplicates?distance=0&page=3&pageSize=3").JsonAsync();
        (page.GetProperty("totalItems").GetInt32(), page.GetProperty("totalPages").GetInt32()).ShouldBe((7, 3));
        page.Items().Select(Set).ShouldBe(all.Skip(6));
        (await server.Admin.GetAsync("/api/v1/duplicates?distance=0&page=4&pageSize=3").JsonAsync()).Items().ShouldBeEmpty();
        var first = (await server.Admin.GetAsync("/api/v1/duplicates?distance=0&pageSize=1&cursor=").JsonAsync()).Text("nextCursor");
        foreach (var wrong in (string[])[$"distance=1&cursor={first}", "cursor=x"])
        {
            await server.Admin.GetAsync($"/api/v1/duplicates?{wrong}").ProblemAsync(HttpStatusCode.BadRequest, "validationFailed");
        }
    }

    [Fact]
    public async Task Many_equal_images_form_one_set_although_each_image_is_stored_with_only_a_few_pairs()
    {
        var images = await AddHashedAsync(Enumerable.Repeat(42L, 45).ToArray());
        await CompareAsync();

        (await SetsAsync("distance=0")).ShouldBe([Set(images)]);
        ((long)(await server.SqlAsync("SELECT count(*) FROM similar_images"))!).ShouldBeLessThan(45 * 21);
        (await server.SqlAsync("SELECT count(*) FROM uncompared_images")).ShouldBe(0L);
    }

    [Fact]
    public async Task Images_are_compared_while_one_of_them_is_purged()
    {
        var images = await AddHashedAsync(44L, 44L, 44L);
        (await SendWhileHeldAsync(server, $"SELECT FROM images WHERE id = '{images[1]}' FOR UPDATE", ComparedAsync, $"DELETE FROM images WHERE id = '{images[1]}'")).Dispose();

        (await SetsAsync("distance=0")).ShouldBe([Set([images[0], images[2]])]);

        async Task<HttpResponseMessage> ComparedAsync()
        {
            await CompareAsync();
            return new HttpResponseMessage();
        }
    }

    [Fact]
    public async Task A_large_set_that_is_kept_stays_unlisted_when_one_of_its_images_is_trashed()
    {
        var images = await AddHashedAsync(Enumerable.Repeat(43L, 45).ToArray());
        await CompareAsync();
        await server.Admin.PostAsJsonAsync("/api/v1/duplicates/keep", new { ids = images }).StatusAsync(HttpStatusCode.NoContent);
        (await SetsAsync("distance=0")).ShouldBeEmpty();

        await BulkAsync("delete", images[..1]);
        await CompareAsync();

        (await SetsAsync("distance=0")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_set_of_many_equal_images_follows_when_some_are_trashed_and_restored()
    {
        var images = await AddHashedAsync(Enumerable.Repeat(42L, 45).ToArray());
        await CompareAsync();
        var elsewhere = await server.Admin.CreateGroupAsync("Elsewhere");

        await BulkAsync("delete", images[..20]);
        await CompareAsync();
        (await SetsAsync("distance=0")).ShouldBe([Set(images[20..])]);

        // Images in the trash are not compared, and the job does not wait for them.
        await BulkAsync("move", images[20..22], elsewhere);
        await server.Admin.DeleteAsync($"/api/v1/groups/{elsewhere}").StatusAsync(HttpStatusCode.NoContent);
        await BulkAsync("purge", images[..19]);
        await CompareAsync();
        (await SetsAsync("distance=0")).ShouldBe([Set(images[22..])]);

        await BulkAsync("restore", images[19..20]);
        await server.Admin.PostAsync($"/api/v1/groups/{elsewhere}/restore", null).StatusAsync(HttpStatusCode.NoContent);
        await CompareAsync();
        (await SetsAsync("distance=0")).ShouldBe([Set(images[19..])]);
        (await server.SqlAsync("SELECT count(*) FROM uncompared_images")).ShouldBe(0L);
    }

    [Fact]
    public async Task An_image_that_was_in_the_trash_when_its_duplicate_was_added_is_found_after_it_is_restored()
    {
        var trashed = await AddHashedAsync(42);
        await BulkAsync("delete", trashed);
        var added = await AddHashedAsync(42);
        await CompareAsync();
        (await server.SqlAsync("SELECT count(*) FROM similar_images")).ShouldBe(0L);

        await BulkAsync("restore", trashed);
        await CompareAsync();

        (await SetsAsync("distance=0")).ShouldBe([Set(trashed[0], added[0])]);
    }

    private async Task BulkAsync(string action, Guid[] ids, Guid? groupId = null) => (await server.Admin
        .PostAsJsonAsync("/api/v1/images/bulk", new { action, ids, groupId })
        .JsonAsync()).Items().ShouldAllBe(item => item.GetProperty("status").GetInt32() < 300);

    private async Task<Guid[]> AddSameAsync(string name, int seed, int count)
    {
        var images = new List<Guid>();
        for (var number = 0; number < count; number++)
        {
            images.Add(await server.Admin.AddImageAsync(group, $"{name}{number}.png", Scene(seed, 640 + (name[0] * 8) + (number * 8), 480).ToPng()));
        }

        return [.. images];
    }

    /// <summary>Adds images with the given hashes. A trigger sets each hash on insertion, because the job may compare the images at once.</summary>
    private async Task<Guid[]> AddHashedAsync(params long[] hashes)
    {
        await server.SqlAsync(
            """
            CREATE OR REPLACE FUNCTION hash_by_name() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.perceptual_hash := split_part(NEW.file_name, '_', 1)::bigint; RETURN NEW; END $$;
            CREATE OR REPLACE TRIGGER hash_by_name BEFORE INSERT ON images FOR EACH ROW EXECUTE FUNCTION hash_by_name();
            """);
        var images = new List<Guid>();
        foreach (var hash in hashes)
        {
            images.Add(await server.Admin.AddImageAsync(group, string.Create(CultureInfo.InvariantCulture, $"{hash}_{++seed}.jpg"), TestImages.Jpeg(32, 32, seed)));
        }

        return [.. images];
    }

    /// <summary>Draws soft patches. Two scenes differ as much as two photos do; the other test pictures are too uniform.</summary>
    private static TestPicture Scene(int seed, int width, int height)
    {
        var random = new Random(seed);
        var patches = Enumerable.Range(0, 24)
            .Select(_ => (X: random.NextDouble(), Y: random.NextDouble(), Size: 0.05 + (random.NextDouble() * 0.2), Light: random.NextDouble() - 0.5))
            .ToArray();
        return TestPicture.Draw(width, height, 3, (x, y) =>
        {
            var light = 0.5 + patches.Sum(patch =>
                patch.Light * Math.Exp(-(Math.Pow(((double)x / width) - patch.X, 2) + Math.Pow(((double)y / height) - patch.Y, 2)) / (patch.Size * patch.Size)));
            var value = (byte)Math.Clamp(light * 255, 0, 255);
            return [value, (byte)(value / 2), (byte)(255 - value)];
        });
    }

    private Task CompareAsync() => SendAsync(new CompareImages());

    private async Task SendAsync(IRequest request)
    {
        await using var scope = server.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string query = "") => (await server.Admin.GetAsync($"/api/v1/duplicates?{query}").JsonAsync()).Items();

    private async Task<IReadOnlyList<string>> SetsAsync(string query = "") => [.. (await ListAsync(query)).Select(Set)];

    private static string Set(JsonElement set) => Set([.. set.Items("images").Select(image => image.Id())]);

    private static string Set(params Guid[] images) => string.Join(' ', images.Order());
}
