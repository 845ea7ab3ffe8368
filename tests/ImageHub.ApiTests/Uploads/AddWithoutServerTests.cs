using System.Net;
using ImageHub.Api.Console;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;

namespace ImageHub.ApiTests.Uploads;

/// <summary>The command <c>add</c> on the data directory of a server that does not run. The command leaves background jobs to the server.</summary>
public sealed class AddWithoutServerTests(PostgresServer postgres) : IDisposable
{
    private readonly string folder = TemporaryFolders.Create();

    [Fact]
    public async Task On_an_empty_data_directory_the_command_creates_the_gallery_and_the_server_renders_what_uploads_do_not_wait_for()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using (var server = new ImageHubServer(postgres) { Settings = { ["ConnectionStrings:ImageHub"] = database } })
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "photo.jpg"), TestImages.Jpeg(3000, 2000, seed: 1));

            var (exitCode, output, error) = await AddAsync(server, database, "--publish");

            (exitCode, error).ShouldBe((0, ""));
            output.ShouldContain("1 uploaded, 0 skipped, 0 failed");
            await using (var tables = Npgsql.NpgsqlDataSource.Create(database))
            {
                // The tables of the scheduler, which its first start creates.
                await using var find = tables.CreateCommand("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'qrtz%'");
                (await find.ExecuteScalarAsync()).ShouldBe(0L);
            }

            await server.InitializeAsync();
            await server.RenderInBackgroundAsync();
            var group = (await server.Visitor.GetAsync("/api/v1/groups").JsonAsync()).Items().Single();
            var image = (await server.Visitor.GetAsync($"/api/v1/groups/{group.Id()}/images").JsonAsync()).Items().Single();
            foreach (var size in (string[])["low", "medium", "high", "large"])
            {
                await server.Visitor.GetAsync($"/api/v1/images/{image.Id()}/{size}").StatusAsync(HttpStatusCode.OK);
            }
        }

        await postgres.DropDatabaseAsync(database);
    }

    [Fact]
    public async Task Photos_in_the_trash_are_kept_as_long_as_the_servers_settings_say_and_not_the_commands()
    {
        await using var server = await ImageHubServer.StartAsync(postgres, new() { ["Trash:KeepDays"] = "365" });
        var image = await server.Admin.AddImageAsync(await server.Admin.CreateGroupAsync(), "old.jpg", TestImages.Jpeg(320, 240, seed: 1));
        await server.Admin.DeleteAsync($"/api/v1/images/{image}").StatusAsync(HttpStatusCode.NoContent);
        await Polling.EventuallyAsync(async () => await server.SqlAsync("SELECT to_regclass('qrtz_triggers')::text") is string
            && await server.SqlAsync("SELECT count(*) FROM qrtz_triggers WHERE trigger_name = 'PurgeOldTrash'") is 1L);
        await server.StopAsync();
        await server.SqlAsync($"UPDATE images SET deleted_at = now() - interval '40 days' WHERE id = '{image}'");
        await server.SqlAsync("UPDATE qrtz_triggers SET next_fire_time = 621355968000000000 + (extract(epoch FROM now()) * 1e7)::bigint WHERE trigger_name = 'PurgeOldTrash'");
        var due = await DueAsync();
        foreach (var number in Enumerable.Range(2, 8))
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{number}.jpg"), TestImages.Jpeg(3000, 2000, seed: number));
        }

        var (exitCode, _, error) = await AddAsync(server, server.ConnectionString);

        (exitCode, error).ShouldBe((0, ""));
        (await DueAsync()).ShouldBe(due);
        (await server.SqlAsync($"SELECT count(*) FROM images WHERE id = '{image}'")).ShouldBe(1L);

        Task<object?> DueAsync() => server.SqlAsync("SELECT next_fire_time FROM qrtz_triggers WHERE trigger_name = 'PurgeOldTrash'");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<(int ExitCode, string Output, string Error)> AddAsync(ImageHubServer server, string database, params string[] more)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(
            [
                "add", folder, "--group", "Harbour", $"--ImageHub:DataDirectory={server.DataDirectory}", $"--ConnectionStrings:ImageHub={database}",
                $"--Jwt:SigningKey={ImageHubServer.SigningKey}", .. more,
            ],
            new Terminal(output, error, _ => null));
        return (exitCode, output.ToString(), error.ToString());
    }
}
