using System.Globalization;
using ImageHub.Benchmarks;
using ImageHub.Testing;
using ImageHub.Testing.Database;

await using var postgres = new PostgresServer();
switch (args)
{
    case ["pages", .. var rest]:
        var rows = Number(rest, otherwise: 1_000_000);
        await using (var server = await ImageHubServer.StartAsync(postgres))
        {
            Console.WriteLine($"Making {rows:n0} images ...");
            await Pages.FillAsync(server.ConnectionString, rows);
            await Pages.MeasureAsync(server, rows);
        }

        return 0;

    case ["thumbnails", .. var rest]:
        return await Thumbnails.MeasureAsync(postgres, Number(rest, otherwise: 10_000)) ? 0 : 1;

    case ["kept"]:
        return await Kept.MeasureAsync(postgres) ? 0 : 1;

    case ["renderings", .. var rest]:
        return await Renderings.MeasureAsync(Number(rest, otherwise: 60)) ? 0 : 1;

    default:
        await Console.Error.WriteLineAsync("usage: dotnet run -c Release --project benchmarks/ImageHub.Benchmarks -- pages [rows] | thumbnails [images] | kept | renderings [photos]");
        return 2;
}

static int Number(string[] arguments, int otherwise) => arguments is [var count] ? int.Parse(count, CultureInfo.InvariantCulture) : otherwise;
