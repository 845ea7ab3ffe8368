using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing.Database;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Logging.Abstractions;

namespace ImageHub.UnitTests.Imaging;

/// <summary>Workers that have ended leave no open pipe and no folder behind.</summary>
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
        var pipes = PipesOf($"{worker.Id}", descriptor => descriptor is "0" or "1" or "2");
        pipes.Count.ShouldBe(3);

        await worker.DisposeAsync();

        PipesOf("self", _ => true).ShouldNotContain(pipe => pipes.Contains(pipe));
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

    /// <summary>The pipes behind a process's descriptors, as "pipe:[number]".</summary>
    private static List<string> PipesOf(string process, Predicate<string> isWanted) =>
    [
        .. Directory.EnumerateFiles($"/proc/{process}/fd")
            .Where(file => isWanted(Path.GetFileName(file)))
            .Select(file => new FileInfo(file).LinkTarget ?? "")
            .Where(target => target.StartsWith("pipe:", StringComparison.Ordinal)),
    ];
}
