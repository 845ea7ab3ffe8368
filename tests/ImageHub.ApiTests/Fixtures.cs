using ImageHub.Testing.Database;

[assembly: AssemblyFixture(typeof(PostgresServer))]
