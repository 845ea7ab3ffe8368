using System.Diagnostics;
using System.Runtime.Versioning;
using ImageHub.Infrastructure;
using ImageHub.Infrastructure.Storage;
using ImageHub.Testing.Database;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ImageHub.ApiTests.Storage;

/// <summary>The staging folders of processes that have ended.</summary>
public sealed class StagingTests
{
    private const string FolderVariable = "IMAGEHUB_TEST_FOLDER";

    [Fact]
    public async Task A_folder_that_another_process_deletes_meanwhile_is_skipped()
    {
        var data = TemporaryFolders.Create();
        try
        {
            var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
            foreach (var image in (Guid[])[first, second])
            {
                var dead = Path.Combine(data, "staging", Guid.NewGuid().ToString("N"));
                Directory.CreateDirectory(Path.Combine(dead, $"{image}"));
                await File.WriteAllBytesAsync(Path.Combine(dead, "lock"), []);
            }

            using var staging = NewStaging(data);
            var taken = new List<Guid>();
            await foreach (var image in staging.TakeAbandonedAsync(TestContext.Current.CancellationToken))
            {
                taken.Add(image);
                foreach (var dead in Directory.GetDirectories(Path.Combine(data, "staging")).Where(folder => Directory.Exists(Path.Combine(folder, $"{image}"))))
                {
                    Directory.Delete(dead, recursive: true);
                }
            }

            taken.ShouldBe([first, second], ignoreOrder: true);
            Directory.GetDirectories(Path.Combine(data, "staging")).ShouldHaveSingleItem();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task A_folder_without_lock_file_is_deleted_unless_its_process_may_just_be_starting()
    {
        var data = TemporaryFolders.Create();
        try
        {
            var image = Guid.NewGuid();
            string Folder(string name) => Path.Combine(data, "staging", name);
            Directory.CreateDirectory(Path.Combine(Folder("full"), $"{image}"));
            foreach (var old in (string[])[Folder("full"), Folder("empty")])
            {
                Directory.CreateDirectory(old);
                Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddHours(-2));
            }

            Directory.CreateDirectory(Folder("starting"));
            using (var staging = NewStaging(data))
            {
                (await staging.TakeAbandonedAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).ShouldBe([image]);
            }

            Directory.GetDirectories(Path.Combine(data, "staging")).ShouldBe([Folder("starting")]);
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_cannot_be_deleted_is_deleted_by_a_later_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no modes.");
        var data = TemporaryFolders.Create();
        var dead = Path.Combine(data, "staging", "dead");
        var image = Guid.NewGuid();
        var closed = Path.Combine(dead, $"{image}");
        Directory.CreateDirectory(closed);
        await File.WriteAllBytesAsync(Path.Combine(closed, "photo"), [], TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(dead, "lock"), [], TestContext.Current.CancellationToken);
        File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            await RunWithFewerRightsAsync(data, nameof(Finds_an_abandoned_image));
            File.Exists(Path.Combine(closed, "photo")).ShouldBeTrue();

            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var staging = NewStaging(data);
            (await staging.TakeAbandonedAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).ShouldBe([image]);
            Directory.Exists(dead).ShouldBeFalse();
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_folder_that_the_account_may_not_enter_is_skipped()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no modes.");
        var data = TemporaryFolders.Create();
        var foreign = Path.Combine(data, "staging", "foreign");
        Directory.CreateDirectory(Path.Combine(foreign, $"{Guid.NewGuid()}"));
        await File.WriteAllBytesAsync(Path.Combine(foreign, "lock"), [], TestContext.Current.CancellationToken);
        File.SetUnixFileMode(foreign, UnixFileMode.None);
        try
        {
            await RunWithFewerRightsAsync(data, nameof(Finds_nothing_abandoned));

            Directory.Exists(foreign).ShouldBeTrue();
        }
        finally
        {
            File.SetUnixFileMode(foreign, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>Not a test. Another test runs this method in a process with fewer rights.</summary>
    [Fact(Explicit = true)]
    public async Task Finds_nothing_abandoned()
    {
        using var staging = NewStaging(Environment.GetEnvironmentVariable(FolderVariable)!);

        (await staging.TakeAbandonedAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    /// <summary>Not a test. Another test runs this method in a process with fewer rights.</summary>
    [Fact(Explicit = true)]
    public async Task Finds_an_abandoned_image()
    {
        using var staging = NewStaging(Environment.GetEnvironmentVariable(FolderVariable)!);

        (await staging.TakeAbandonedAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
    }

    /// <summary>Runs a method of this class in a process that modes restrict. They do not restrict root, unless it gives up this right.</summary>
    private static async Task RunWithFewerRightsAsync(string data, string method)
    {
        string[] command =
        [
            .. Environment.IsPrivilegedProcess ? (string[])["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"] : [],
            Path.Combine(AppContext.BaseDirectory, "ImageHub.ApiTests"), "-explicit", "only", "-method", $"{typeof(StagingTests).FullName}.{method}",
        ];
        using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { Environment = { [FolderVariable] = data }, RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        process.ExitCode.ShouldBe(0, output);
        output.ShouldContain("Total: 1, Errors: 0, Failed: 0, Skipped: 0");
    }

    private static Staging NewStaging(string data) => new(new DataDirectory(Options.Create(new ImageHubOptions { DataDirectory = data })), NullLogger<Staging>.Instance);
}
