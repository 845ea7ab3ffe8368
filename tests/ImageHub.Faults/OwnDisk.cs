using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ImageHub.Testing.Database;
using Microsoft.Win32.SafeHandles;

namespace ImageHub.Faults;

/// <summary>
/// An ext4 file system in a file, for one run. It can be filled, damaged or made read-only. A power cut makes the kernel discard everything that was not
/// flushed, as <c>godown</c> of xfstests does. Linux only, as root.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class OwnDisk : IAsyncDisposable
{
    // ext4's EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH (fs/ext4/ext4.h).
    private const nuint Shutdown = 0x8004587D;
    private const uint NoLogFlush = 2;

    private const string Size = "600M";

    private readonly string folder = TemporaryFolders.Create();

    private string Image => Path.Combine(folder, "disk");

    private string Disk => Path.Combine(folder, "mounted");

    /// <summary>The data directory on the disk.</summary>
    public string DataDirectory => Path.Combine(Disk, "data");

    /// <summary>Makes and mounts the disk.</summary>
    public static async Task<OwnDisk> CreateAsync()
    {
        var own = new OwnDisk();

        // PostgreSQL runs under another account, which must reach the disk.
        File.SetUnixFileMode(own.folder, File.GetUnixFileMode(own.folder) | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(own.Disk);
        await RunAsync("truncate", "-s", Size, own.Image);
        // Without reserved blocks, which a server that runs as root could use.
        await RunAsync("mkfs.ext4", "-q", "-F", "-m", "0", own.Image);
        await own.MountAsync();
        return own;
    }

    /// <summary>Cuts the power, and mounts the disk again, which replays its journal.</summary>
    /// <param name="end">Ends the processes that use the disk.</param>
    public async Task CutPowerAsync(Func<Task> end)
    {
        ShutDown(Disk);
        await RestartAsync(end);
    }

    /// <summary>Reports an error to the kernel, which makes the disk read-only. Ends the processes after a while, and mounts the disk again.</summary>
    /// <param name="duration">The time that the disk is read-only.</param>
    /// <param name="end">Ends the processes that use the disk.</param>
    public async Task BreakAsync(TimeSpan duration, Func<Task> end)
    {
        await RunAsync("mount", "-o", "remount,errors=remount-ro", Disk);
        var device = await RunAsync("findmnt", "--noheadings", "--output", "SOURCE", Disk);

        // Documented in sysfs-fs-ext4 of the kernel's documentation.
        await File.WriteAllTextAsync($"/sys/fs/ext4/{Path.GetFileName(device.Trim())}/trigger_fs_error", "an error of a test");
        await Task.Delay(duration);
        await RestartAsync(end);
    }

    /// <summary>Ends the processes and damages the inodes of files, so that the system can no longer open the files. Mounts the disk again.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="end">Ends the processes that use the disk.</param>
    public async Task DamageAsync(IReadOnlyList<string> paths, Func<Task> end)
    {
        var inodes = await RunAsync("stat", ["--format", "%i", .. paths]);
        await end();
        await UnmountAsync();
        foreach (var inode in inodes.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            // Overwrites the magic number at the start of the header of the inode's extents.
            await RunAsync("debugfs", "-w", "-R", $"set_inode_field <{inode}> block[0] 0", Image);
        }

        await MountAsync();
    }

    /// <summary>Ends the processes and repairs the file system, which deletes damaged files. Mounts the disk again.</summary>
    /// <param name="end">Ends the processes that use the disk.</param>
    public async Task RepairAsync(Func<Task> end)
    {
        await end();
        await UnmountAsync();

        // The exit code 1 means that errors were corrected.
        await RunAsync("sh", "-c", $"e2fsck -fy '{Image}' || [ $? = 1 ]");
        await MountAsync();
    }

    /// <summary>Fills the disk to the last block, and frees it after a while.</summary>
    /// <param name="duration">The time that the disk is full.</param>
    public async Task FillAsync(TimeSpan duration)
    {
        var filler = Path.Combine(Disk, "filler");
        await using (var file = new FileStream(filler, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            foreach (var length in (int[])[1 << 20, 4096])
            {
                await WriteUntilFullAsync(file, new byte[length]);
            }
        }

        await Task.Delay(duration);
        File.Delete(filler);
    }

    public async ValueTask DisposeAsync()
    {
        await UnmountAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task RestartAsync(Func<Task> end)
    {
        await end();
        await UnmountAsync();
        await MountAsync();
    }

    // Unlike ext4 by default, other file systems do not flush a file that is truncated and closed, or that replaces another.
    private async Task MountAsync() => await RunAsync("mount", "-o", "loop,noauto_da_alloc", Image, Disk);

    /// <summary>Unmounts the disk once PostgreSQL and the workers, which end with the server, have closed their files.</summary>
    private async Task UnmountAsync()
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await RunAsync("umount", Disk);
                return;
            }
            catch (InvalidOperationException) when (patience.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(50);
            }
        }
    }

    private static async Task WriteUntilFullAsync(FileStream file, byte[] block)
    {
        try
        {
            while (true)
            {
                await file.WriteAsync(block);
            }
        }
        catch (IOException)
        {
            // ENOSPC. A part of the block may have been written.
        }
    }

    private static void ShutDown(string path)
    {
        var flags = NoLogFlush;
        using var file = File.OpenHandle(Path.Combine(path, "power"), FileMode.OpenOrCreate, FileAccess.ReadWrite);
        if (Control(file, Shutdown, ref flags) != 0)
        {
            throw new Win32Exception();
        }
    }

    /// <returns>The output of the command.</returns>
    private static async Task<string> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command} ended with {process.ExitCode}: {error}");
        }

        return await output;
    }

    // ioctl(2) is variadic; on Linux's x86-64 and arm64 a pointer is passed as to any other function.
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(SafeFileHandle file, nuint request, ref uint flags);
}
