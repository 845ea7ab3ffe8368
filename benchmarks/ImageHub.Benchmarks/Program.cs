using System.Globalization;
using ImageHub.Benchmarks;
using ImageHub.Testing;
using ImageHub.Testing.Database;

var rows = args is ["pages", var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1_000_000;
if (args is not ["pages", ..])
{
    await Console.Error.WriteLineAsync("usage: dotnet run -c Release --project benchmarks/ImageHub.Benchmarks -- pages [rows]");
    return 2;
}

await using var postgres = new PostgresServer();
await using var server = await ImageHubServer.StartAsync(postgres);
Console.WriteLine($"Making {rows:n0} images ...");
await Pages.FillAsync(server.ConnectionString, rows);
await Pages.MeasureAsync(server, rows);
return 0;
