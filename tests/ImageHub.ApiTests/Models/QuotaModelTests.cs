using System.Net;
using FsCheck.Fluent;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Models;

/// <summary>A user's quota, compared with the sum of the stored files. The trash does not count. If it exceeds twice the quota, uploads are refused.</summary>
public sealed class QuotaModelTests(PostgresServer postgres)
{
    /// <summary>The bytes of the smallest file.</summary>
    private const int Unit = 10_000;

    private const int Quota = 3 * Unit;

    private enum Kind
    {
        Upload,
        UploadAndDelete,
        UploadThreeAtOnce,
        Delete,
        Restore,
    }

    [Fact]
    public async Task Exactly_the_files_that_fit_are_stored()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new(StringComparer.Ordinal) { ["RateLimits:AtWorkPerAddress"] = "1000" });
        var tier = await server.Admin.CreateTierAsync("Three units", quotaBytes: Quota);
        var made = 0;
        var operations =
            from kind in Gen.Elements(Kind.Upload, Kind.UploadThreeAtOnce, Kind.UploadAndDelete, Kind.UploadAndDelete, Kind.Delete, Kind.Delete, Kind.Restore)
            from units in Gen.Choose(1, 3)
            from number in Gen.Choose(0, 99)
            select (Kind: kind, Units: units, Number: number);

        await ModelCheck.HoldsAsync(operations, async sequence =>
        {
            var name = $"user-{++made}";
            await server.Admin.CreateUserAsync(name, tier);
            using var user = await server.SignInAsync(name, ImageHubServer.UserPassword);
            Dictionary<Guid, int> stored = [], trashed = [];
            foreach (var (kind, units, number) in sequence)
            {
                switch (kind)
                {
                    case Kind.Upload or Kind.UploadAndDelete:
                        var (image, left) = await UploadAsync(user, units);
                        var isTrashFull = Used(trashed) > 2 * Quota;
                        (image is not null).ShouldBe(!isTrashFull && Used(stored) + (units * Unit) <= Quota, $"{units} units, used {Used(stored)}, trashed {Used(trashed)}");
                        if (image is null)
                        {
                            left.ShouldBe(isTrashFull ? 0 : Quota - Used(stored));
                        }
                        else
                        {
                            stored.Add(image.Value, units);
                            if (kind == Kind.UploadAndDelete)
                            {
                                await DeleteAsync(image.Value);
                            }
                        }

                        break;
                    case Kind.UploadThreeAtOnce:
                        var sent = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => UploadAsync(user, units)));
                        foreach (var one in sent.Where(one => one.Image is not null))
                        {
                            stored.Add(one.Image!.Value, units);
                        }

                        Used(stored).ShouldBeLessThanOrEqualTo(Quota);
                        if (sent.Any(one => one.Image is null) && Used(trashed) <= 2 * Quota)
                        {
                            (Used(stored) + (units * Unit)).ShouldBeGreaterThan(Quota, "a file that fits was refused");
                        }

                        break;
                    case Kind.Delete when stored.Count > 0:
                        await DeleteAsync(stored.ElementAt(number % stored.Count).Key);
                        break;
                    case Kind.Restore when trashed.Count > 0:
                        var (back, bytes) = trashed.ElementAt(number % trashed.Count);
                        var fits = Used(stored) + (bytes * Unit) <= Quota;
                        await server.Admin.PostAsync($"/api/v1/images/{back}/restore", null).StatusAsync(fits ? HttpStatusCode.NoContent : HttpStatusCode.RequestEntityTooLarge);
                        if (fits)
                        {
                            trashed.Remove(back);
                            stored.Add(back, bytes);
                        }

                        break;
                }

                (await user.GetAsync("/api/v1/me/images?pageSize=100").JsonAsync()).Items("items").Select(image => image.Id()).ShouldBe(stored.Keys, ignoreOrder: true);
            }

            async Task DeleteAsync(Guid image)
            {
                await user.DeleteAsync($"/api/v1/me/images/{image}").StatusAsync(HttpStatusCode.NoContent);
                trashed.Add(image, stored[image]);
                stored.Remove(image);
            }
        });

        // Bytes after the end of a JPEG give the file any size and unique content.
        async Task<(Guid? Image, long? Left)> UploadAsync(HttpClient user, int units)
        {
            var number = Interlocked.Increment(ref made);
            var picture = TestImages.Jpeg(16, 12);
            byte[] file = [.. picture, .. new byte[(units * Unit) - picture.Length - 4], .. BitConverter.GetBytes(number)];
            using var answer = await user.PutAsync($"/api/v1/me/images/{number}.jpg", new ByteArrayContent(file));
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                return ((await Task.FromResult(answer).JsonAsync(HttpStatusCode.Created)).Id(), null);
            }

            var problem = await Task.FromResult(answer).ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "quotaExceeded");
            return (null, problem.GetProperty("bytesLeft").GetInt64());
        }
    }

    private static int Used(Dictionary<Guid, int> stored) => stored.Values.Sum() * Unit;
}
