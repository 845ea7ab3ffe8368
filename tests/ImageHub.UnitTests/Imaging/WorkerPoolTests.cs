using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.UnitTests.Imaging;

/// <summary>What workers leave behind in the server's process and folder: nothing.</summary>
public sealed class WorkerPoolTests : IDisposable
{
    private readonly string folder = TemporaryFolders.Create();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_worker_that_has_ended_leaves_no_open_pipe_and_no_folder()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's.");
        await using var pool = NewPool(WorkerPlace.Find(NullLogger.Instance));
        var worker = await pool.StartAsync(TestContext.Current.CancellationToken);
        var pipes = PipesOf($"{worker.Id}");
        pipes.Count.ShouldBe(3);

        await worker.DisposeAsync();

        PipesOf("self").ShouldNotContain(pipe => pipes.Contains(pipe));
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_worker_that_cannot_be_started_leaves_no_folder()
    {
        await using var pool = NewPool(new WorkerPlace("/nonexistent", "/nonexistent"));

        await Should.ThrowAsync<InvalidOperationException>(() => pool.StartAsync(TestContext.Current.CancellationToken));

        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }

    private WorkerPool NewPool(WorkerPlace place) =>
        new(WorkerProgram.WithLibVips(place, NativeImaging.Setting), () => Directory.CreateDirectory(Path.Combine(folder, $"{Guid.NewGuid():N}")).FullName, TimeProvider.System, NullLogger.Instance);

    /// <summary>The pipes that a process has open as standard streams or otherwise, as "pipe:[number]".</summary>
    private static List<string> PipesOf(string process) =>
    [
        .. Directory.EnumerateFiles($"/proc/{process}/fd").Select(file => new FileInfo(file).LinkTarget ?? "").Where(target => target.StartsWith("pipe:", StringComparison.Ordinal)),
    ];
}
