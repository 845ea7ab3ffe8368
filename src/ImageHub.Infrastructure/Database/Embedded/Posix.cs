using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ImageHub.Infrastructure.Database.Embedded;

/// <summary>System calls that .NET lacks, such as sending signals, changing owners, and creating a folder only if it does not exist.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class Posix
{
    /// <summary>The account that this process runs as; 0 is root.</summary>
    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary>Sends a signal; returns false if the process does not exist or may not be signalled.</summary>
    public static bool Signal(int process, int signal) => Kill(process, signal) == 0;

    /// <summary>Creates a folder with mode 0700. Returns false on failure, also if the folder exists, because it may belong to another account.</summary>
    public static bool TryMakePrivateFolder(string path) => MakeDirectory(path, 0x1C0) == 0;

    /// <summary>Changes the owner and the group of a file, a folder or a link (not of the link's target).</summary>
    /// <exception cref="IOException">The system refused the change.</exception>
    public static void Give(string path, uint user, uint group)
    {
        if (ChangeOwner(path, user, group) != 0)
        {
            throw new IOException($"{path} could not be given to uid {user}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Reads the owner, mode and identity of a path without following links; null if the path cannot be read. Linux only.</summary>
    [SupportedOSPlatform("linux")]
    public static Entry? Look(string path)
    {
        const int fromWorkingDirectory = -100;
        const int noFollow = 0x100;
        const uint basic = 0x7FF;

        // Unlike the result of stat, the result of statx has the same layout on every architecture.
        Span<byte> found = stackalloc byte[256];
        if (StatX(fromWorkingDirectory, path, noFollow, basic, ref MemoryMarshal.GetReference(found)) != 0)
        {
            return null;
        }

        return new Entry(
            User: MemoryMarshal.Read<uint>(found[20..]),
            Mode: MemoryMarshal.Read<ushort>(found[28..]),
            Identity: string.Create(CultureInfo.InvariantCulture, $"{MemoryMarshal.Read<uint>(found[136..])}:{MemoryMarshal.Read<uint>(found[140..])}:{MemoryMarshal.Read<ulong>(found[32..])}"));
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, ref byte result);

    /// <param name="User">The owner's user id.</param>
    /// <param name="Mode">The type and permission bits.</param>
    /// <param name="Identity">The device and inode: equal for two names of one file.</param>
    internal readonly record struct Entry(uint User, ushort Mode, string Identity)
    {
        public bool IsFolder => (Mode & 0xF000) == 0x4000;

        public bool IsPrivate => (Mode & 0x3F) == 0;
    }
}
