using ImageHub.ApiTests;
using ImageHub.ApiTests.Accounts;
using ImageHub.ApiTests.Images;
using ImageHub.ApiTests.OneDrive;
using ImageHub.ApiTests.StartUp;
using ImageHub.ApiTests.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Database;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(LoggedSecrets))]

// More than there are cores: many tests wait, for a server to start or a time to pass.
[assembly: CollectionBehavior(MaxParallelThreads = 6)]
[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace ImageHub.ApiTests;

/// <summary>Begins with the classes that take longest, so that none of them goes on alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Longest =
        [typeof(AccessTests), typeof(ImportInTroubleTests), typeof(CrashTests), typeof(TusCrashTests), typeof(HostileUploadTests), typeof(SignInTests), typeof(DatabaseAwayTests)];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => Array.FindIndex(Longest, type => collection.TestCollectionDisplayName.Contains(type.FullName!, StringComparison.Ordinal)) is >= 0 and var place ? place : Longest.Length)];
}
