using ImageHub.Testing;
using ImageHub.Testing.Database;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(LoggedSecrets))]

// More than there are cores: many tests wait, for a server to start or a time to pass.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
