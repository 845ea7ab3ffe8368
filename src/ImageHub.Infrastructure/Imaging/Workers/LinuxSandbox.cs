using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ImageHub.Infrastructure.Imaging.Workers;

/// <summary>
/// Restricts a worker before it reads a file. The restrictions apply only to the calling thread and the programs that it executes. Therefore a first process
/// restricts itself and then executes the worker by execve(2).
/// </summary>
[SupportedOSPlatform("linux")]
internal static partial class LinuxSandbox
{
    /// <summary>The unprivileged account of workers if the server runs as root. It owns no files, and no system assigns this id.</summary>
    internal const uint Account = 65_533;

    // linux/prctl.h, linux/seccomp.h.
    private const int SetNoNewPrivileges = 38;
    private const int SetSeccomp = 22;
    private const int DropBound = 24;
    private const ulong FilterMode = 2;

    // linux/landlock.h.
    private const ulong Execute = 1 << 0;
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong FirstRights = (1 << 13) - 1;
    private const ulong Refer = 1 << 13;
    private const ulong Truncate = 1 << 14;
    private const ulong DeviceControl = 1 << 15;
    private const ulong BindAndConnect = 3;
    private const ulong AbstractSocketsAndSignals = 3;
    private const ulong RightsOfAFile = Execute | WriteFile | ReadFile | Truncate | DeviceControl;

    // A task whose niceness is higher by this number gets a third of the processor time that another task gets.
    private const int Niceness = 5;

    private static readonly string[] Readable = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/fs/cgroup", "/sys/devices/system/cpu", "/dev/null", "/dev/urandom"];
    private static readonly string[] Interpreters = ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1"];

    /// <summary>
    /// Restricts the calling thread and replaces the process; returns only on failure. If the kernel supports Landlock, the new program can read only its own
    /// folders, its working directory and a few system files, and can write to no file except /dev/null.
    /// </summary>
    /// <param name="isRoot">Whether to switch to the unprivileged account, because the server runs as root and every account can read the program.</param>
    /// <param name="dataBytes">The maximum memory allocation of the process in bytes; 0 if the process limits itself.</param>
    /// <param name="program">The folders of the program, its runtime and its libraries.</param>
    /// <param name="command">The command, with an absolute path first.</param>
    /// <returns>The reason for the failure.</returns>
    internal static string EnterAndExecute(bool isRoot, long dataBytes, IEnumerable<string> program, IReadOnlyList<string> command)
    {
        // Makes the kernel kill this process first when memory is short. Some containers do not allow this.
        TryWrite("/proc/self/oom_score_adj", "1000");

        // nice(2): applies to this thread, and to all threads of the program that it executes. On a busy machine, requests are answered first.
        _ = IncreaseNiceness(Niceness);
        if (isRoot && (SetGroups(0, 0) != 0 || SetGroupIds(Account, Account, Account) != 0 || SetUserIds(Account, Account, Account) != 0))
        {
            return $"the worker cannot switch to the account {Account}: error {Marshal.GetLastPInvokeError()}";
        }

        DropCapabilities();
        if (Control(SetNoNewPrivileges, 1, 0, 0, 0) != 0)
        {
            return $"privileges cannot be given up: error {Marshal.GetLastPInvokeError()}";
        }

        RestrictFiles(program, command[0]);
        RefuseCalls();
        const nint closeRange = 436;
        unsafe
        {
            // Marks all other descriptors close-on-exec. close_range(2) is called by number, because musl and glibc before 2.34 have no function for it. Before
            // Linux 5.11 the call fails, which is acceptable because .NET opens files close-on-exec.
            _ = Call(closeRange, (void*)3, uint.MaxValue, 4);
        }

        if (dataBytes > 0)
        {
            LimitData(dataBytes);
        }

        return Replace(command);
    }

    /// <summary>Tests the restrictions of this process.</summary>
    /// <returns>The restrictions that are not in force, for the log.</returns>
    internal static IReadOnlyList<string> FindMissing()
    {
        var missing = new List<string>();
        if (Environment.IsPrivilegedProcess)
        {
            missing.Add("it runs as root");
        }

        if (CanRead("/etc/passwd"))
        {
            missing.Add("files outside of its folder can be read (Landlock is missing or blocked)");
        }

        if (!File.ReadLines("/proc/self/status").Any(line => line == "Seccomp:\t2"))
        {
            missing.Add("calls are not filtered (seccomp)");
        }

        return missing;
    }

    private static bool CanRead(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Limits the further memory allocation of this process. The server cannot set this limit, because the worker may run under another account (prlimit(2)).
    /// </summary>
    /// <param name="bytes">The maximum number of bytes beyond the current use.</param>
    internal static void LimitFurtherData(long bytes) => LimitData(ReadDataBytes() + bytes);

    /// <summary>setrlimit(2), RLIMIT_DATA.</summary>
    private static void LimitData(long bytes)
    {
        const int data = 2;
        var limit = new Limit { Current = (ulong)bytes, Most = ulong.MaxValue };
        _ = SetLimit(data, in limit);
    }

    private static long ReadDataBytes()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("VmData:", StringComparison.Ordinal))
            {
                return long.Parse(line.AsSpan("VmData:".Length, line.Length - "VmData:".Length - " kB".Length), provider: null) * 1024;
            }
        }

        return 0;
    }

    private static void TryWrite(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The old value remains, for example because a container does not allow the change.
        }
    }

    // Drops all capabilities, also of workers that keep user id 0 (Imaging:AllowRootWorkers).
    private static unsafe void DropCapabilities()
    {
        for (var capability = 0UL; Control(DropBound, capability, 0, 0, 0) == 0; capability++)
        {
        }

        // capset(2), version 3: three sets of 64 bits, each in two halves.
        var header = stackalloc uint[2] { 0x20080522, 0 };
        var none = stackalloc uint[6];
        new Span<uint>(none, 6).Clear();
        _ = SetCapabilities(header, none);
    }

    /// <summary>Applies the Landlock restrictions that the kernel supports. Does nothing before Linux 5.13 or if Landlock is disabled.</summary>
    private static unsafe void RestrictFiles(IEnumerable<string> program, string executable)
    {
        const nint create = 444;
        const nint restrict = 446;
        var version = Call(create, null, 0, 1);
        if (version < 1)
        {
            return;
        }

        var handled = FirstRights | (version >= 2 ? Refer : 0) | (version >= 3 ? Truncate : 0) | (version >= 5 ? DeviceControl : 0);
        var attributes = stackalloc ulong[3] { handled, version >= 4 ? BindAndConnect : 0, version >= 6 ? AbstractSocketsAndSignals : 0 };
        var ruleset = (int)Call(create, attributes, (nuint)(version >= 6 ? 24 : version >= 4 ? 16 : 8), 0);
        if (ruleset < 0)
        {
            return;
        }

        // The path is relative, because the account may not have access to the parent folders.
        Allow(ruleset, ".", ReadFile | ReadFolder);
        foreach (var path in Readable.Concat(program))
        {
            Allow(ruleset, path, ReadFile | ReadFolder);
        }

        foreach (var path in Interpreters.Append(executable))
        {
            Allow(ruleset, path, ReadFile | Execute);
        }

        Allow(ruleset, "/dev/null", ReadFile | WriteFile);
        _ = Call(restrict, (void*)ruleset, 0, 0);
        _ = Close(ruleset);
    }

    private static unsafe void Allow(int ruleset, string path, ulong rights)
    {
        const nint add = 445;
        const int pathOnly = 0x200000;
        const int closeOnExecute = 0x80000;
        var file = Open(path, pathOnly | closeOnExecute);
        if (file < 0)
        {
            return;
        }

        // struct landlock_path_beneath_attr is packed: 8 bytes for the rights, 4 bytes for the descriptor.
        var rule = stackalloc byte[12];
        *(ulong*)rule = File.Exists(path) ? rights & RightsOfAFile : rights;
        *(int*)(rule + 8) = file;
        _ = CallWithRule(add, ruleset, 1, rule, 0);
        _ = Close(file);
    }

    /// <summary>
    /// Blocks system calls with seccomp(2): sockets (for example of the database), access to other processes, and io_uring, which would bypass the filter.
    /// </summary>
    private static unsafe void RefuseCalls()
    {
        (uint Architecture, uint[] Calls)? known = RuntimeInformation.ProcessArchitecture switch
        {
            // socket, ptrace, process_vm_readv, process_vm_writev, io_uring_setup, pidfd_getfd.
            Architecture.X64 => (0xC000003E, [41, 101, 310, 311, 425, 438]),
            Architecture.Arm64 => (0xC00000B7, [198, 117, 270, 271, 425, 438]),
            _ => null,
        };
        if (known is not var (architecture, calls))
        {
            return;
        }

        // linux/filter.h: load the architecture (offset 4) and the call number (offset 0), compare, return EPERM or allow.
        const ushort load = 0x20;
        const ushort jumpIfEqual = 0x15;
        const ushort jumpIfAtLeast = 0x35;
        const ushort answer = 0x06;
        const uint allow = 0x7FFF0000;
        const uint refuse = 0x00050001;
        const uint otherAbi = 0x40000000;
        var count = calls.Length;
        var filter = new List<Instruction>
        {
            new(load, 0, 0, 4),
            new(jumpIfEqual, 0, (byte)(count + 3), architecture),
            new(load, 0, 0, 0),
            new(jumpIfAtLeast, (byte)(count + 1), 0, otherAbi),
        };
        for (var at = 0; at < count; at++)
        {
            filter.Add(new Instruction(jumpIfEqual, (byte)(count - at), 0, calls[at]));
        }

        filter.Insert(4 + count, new Instruction(answer, 0, 0, allow));
        filter.Add(new Instruction(answer, 0, 0, refuse));
        fixed (Instruction* instructions = CollectionsMarshal.AsSpan(filter))
        {
            var program = new FilterProgram { Length = (ushort)filter.Count, Instructions = instructions };
            _ = Control(SetSeccomp, FilterMode, (ulong)(nint)(&program), 0, 0);
        }
    }

    private static unsafe string Replace(IReadOnlyList<string> command)
    {
        var texts = command.Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        var environment = System.Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Select(variable => Marshal.StringToCoTaskMemUTF8($"{variable.Key}={variable.Value}")).ToArray();
        fixed (nint* arguments = (nint[])[.. texts, 0])
        fixed (nint* variables = (nint[])[.. environment, 0])
        {
            _ = ExecuteProgram(command[0], arguments, variables);
        }

        return $"{command[0]} cannot be executed: error {Marshal.GetLastPInvokeError()}";
    }

    [LibraryImport("libc", EntryPoint = "setgroups", SetLastError = true)]
    private static partial int SetGroups(nuint count, nint groups);

    [LibraryImport("libc", EntryPoint = "setresgid", SetLastError = true)]
    private static partial int SetGroupIds(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "setresuid", SetLastError = true)]
    private static partial int SetUserIds(uint real, uint effective, uint saved);

    [LibraryImport("libc", EntryPoint = "nice", SetLastError = true)]
    private static partial int IncreaseNiceness(int by);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Control(int option, ulong second, ulong third, ulong fourth, ulong fifth);

    [LibraryImport("libc", EntryPoint = "capset", SetLastError = true)]
    private static unsafe partial int SetCapabilities(uint* header, uint* sets);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint Call(nint number, void* first, nuint second, nuint third);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint CallWithRule(nint number, nint ruleset, nint type, void* rule, nint flags);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int ExecuteProgram(string path, nint* arguments, nint* environment);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        internal ulong Current;
        internal ulong Most;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Instruction(ushort Code, byte JumpIfTrue, byte JumpIfFalse, uint Value);

    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct FilterProgram
    {
        internal ushort Length;
        internal Instruction* Instructions;
    }
}
