using ImageHub.ApiTests;
using ImageHub.ApiTests.Accounts;
using ImageHub.ApiTests.Images;
using ImageHub.ApiTests.OneDrive;
using ImageHub.ApiTests.StartUp;
using ImageHub.ApiTests.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Database;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(LoggedSecrets))]
[assembly: EndsHangingTests]

// Six threads even on fewer cores, because many tests wait for a server to start or for time to pass.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
[assembly: TestCollectionOrderer(typeof(LongestApiTestsFirst))]

namespace ImageHub.ApiTests;

/// <inheritdoc/>
public sealed class LongestApiTestsFirst() : LongestFirst(
    [typeof(AccessTests), typeof(ImportInTroubleTests), typeof(CrashTests), typeof(TusCrashTests)],
    [typeof(DatabaseAwayTests), typeof(SignInTests), typeof(HostileUploadTests)]);
