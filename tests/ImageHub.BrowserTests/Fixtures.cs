using ImageHub.BrowserTests;
using ImageHub.BrowserTests.Accounts;
using ImageHub.BrowserTests.Images;
using ImageHub.BrowserTests.Shell;
using ImageHub.BrowserTests.Uploads;
using ImageHub.Testing;
using ImageHub.Testing.Database;

[assembly: AssemblyFixture(typeof(PostgresServer))]
[assembly: AssemblyFixture(typeof(LoggedSecrets))]
[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: EndsHangingTests]
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer(typeof(LongestBrowserTestsFirst))]

namespace ImageHub.BrowserTests;

/// <inheritdoc/>
public sealed class LongestBrowserTestsFirst() : LongestFirst(
    [typeof(UploadTests), typeof(ViewerTests)],
    [typeof(MyImagesTests), typeof(VisitorsPagesTests)]);
