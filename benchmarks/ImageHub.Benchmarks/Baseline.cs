using System.Collections.Frozen;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ImageHub.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ImageHub.Benchmarks;

/// <summary>
/// A bare Kestrel in its own process, with the runtime settings of a new web application (tiered PGO, server garbage collection) and without logging. It
/// serves files from memory, and the rows of one query as JSON.
/// </summary>
internal sealed class Baseline : IDisposable
{
    /// <summary>The path of the query's rows.</summary>
    public const string QueryPath = "/query";

    // The first twelve published groups, each with its first image: the main columns of a page of groups, without slugs, paths and chosen covers.
    private const string Query =
        """
        SELECT g.id, g.title, g.description, g.is_published, g.image_count, g.product_id, g.created_at, g.updated_at,
            i.id, i.group_id, i.file_name, i.title, i.description, i.tags, i.placeholder, i.revision,
            i.low_width, i.low_height, i.low_bytes, i.low_content_type, i.medium_width, i.medium_height, i.medium_bytes, i.medium_content_type, i.high_width, i.high_height, i.high_bytes, i.high_content_type,
            i.full_width, i.full_height, i.full_bytes, i.full_content_type, i.alternates
        FROM (SELECT * FROM groups WHERE is_published AND deleted_at IS NULL ORDER BY position, id LIMIT 12) g
        LEFT JOIN LATERAL (SELECT * FROM images WHERE group_id = g.id AND deleted_at IS NULL ORDER BY position, id LIMIT 1) i ON true
        ORDER BY g.position, g.id
        """;

    private readonly Process process;

    private Baseline(Process process, Uri url) => (this.process, Url) = (process, url);

    public Uri Url { get; }

    /// <summary>Starts the process.</summary>
    /// <param name="folder">The folder with the files to hold in memory, each served at <c>/name</c>.</param>
    /// <param name="database">An Npgsql connection string.</param>
    public static async Task<Baseline> StartAsync(string folder, string database)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Baseline).Assembly.Location, "baseline", folder, database]) { UseShellExecute = false, RedirectStandardOutput = true };
        var started = Process.Start(start)!;
        return new Baseline(started, new Uri(await started.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The bare Kestrel ended.")));
    }

    /// <summary>Serves requests until the process is killed.</summary>
    public static async Task RunAsync(string folder, string database)
    {
        var files = Directory.EnumerateFiles(folder).ToFrozenDictionary(path => "/" + Path.GetFileName(path), File.ReadAllBytes, StringComparer.Ordinal);
        await using var source = NpgsqlDataSource.Create(database);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{FreePort.Find()}");
        var app = builder.Build();
        app.Run(async context =>
        {
            context.Response.ContentType = "application/json";
            if (context.Request.Path.Value == QueryPath)
            {
                await WriteRowsAsync(source, context);
                return;
            }

            var bytes = files[context.Request.Path.Value!];
            context.Response.ContentLength = bytes.Length;
            await context.Response.Body.WriteAsync(bytes);
        });
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await app.WaitForShutdownAsync();
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static async Task WriteRowsAsync(NpgsqlDataSource source, HttpContext context)
    {
        await using var connection = await source.OpenConnectionAsync(context.RequestAborted);
        await using var command = new NpgsqlCommand(Query, connection);
        await using var reader = await command.ExecuteReaderAsync(context.RequestAborted);
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartArray();
        while (await reader.ReadAsync(context.RequestAborted))
        {
            writer.WriteStartObject();
            for (var column = 0; column < reader.FieldCount; column++)
            {
                writer.WritePropertyName(reader.GetName(column));
                Write(writer, reader.GetValue(column));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, object value)
    {
        switch (value)
        {
            case DBNull:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case int or long:
                writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case Guid id:
                writer.WriteStringValue(id);
                break;
            case DateTime time:
                writer.WriteStringValue(time);
                break;
            case byte[] bytes:
                writer.WriteBase64StringValue(bytes);
                break;
            case string[] texts:
                writer.WriteStartArray();
                foreach (var text in texts)
                {
                    writer.WriteStringValue(text);
                }

                writer.WriteEndArray();
                break;
            default:
                writer.WriteStringValue((string)value);
                break;
        }
    }
}
