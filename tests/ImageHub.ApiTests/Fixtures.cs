using ImageHub.Testing;
using ImageHub.Testing.Database;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(LoggedSecrets))]
