using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ImageHub.Application.Imaging;
using Microsoft.Extensions.Options;
using NetVips;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>The libvips library of this process. It is configured for untrusted files.</summary>
internal sealed class LibVips
{
    private const string Bundled = "bundled";

    /// <summary>The value of the setting that selects the system's library.</summary>
    internal const string FromSystem = "system";

    // All other loaders are blocked, because they read documents or scripts or are not fuzzed.
    private static readonly string[] AllowedLoaders =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadHeif", "VipsForeignLoadNsgif", "VipsForeignLoadTiff",
    ];

    private static readonly string[] SystemFolders = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];
    private static readonly string FileName = OperatingSystem.IsWindows() ? "libvips-42.dll" : OperatingSystem.IsMacOS() ? "libvips.42.dylib" : "libvips.so.42";
    private static readonly Lock Loading = new();
    private static LibVips? loaded;

    private readonly string setting;

    private LibVips(string setting, string path)
    {
        this.setting = setting;
        Version = new Version(NetVips.NetVips.Version(0), NetVips.NetVips.Version(1), NetVips.NetVips.Version(2));
        Description = $"libvips {Version} ({setting switch { Bundled or FromSystem => setting + ", ", _ => "" }}{path})";
        DecodesHevc = HeicProbe.Decodes();
    }

    /// <summary>The version and source, such as <c>libvips 8.18.7 (bundled, /app/libvips.so.42)</c>.</summary>
    internal string Description { get; }

    /// <summary>The library's version.</summary>
    internal Version Version { get; }

    /// <summary>Whether HEIC files, which contain HEVC, can be decoded.</summary>
    internal bool DecodesHevc { get; }

    /// <summary>Loads libvips once per process. Further calls with the same setting return the same instance.</summary>
    /// <param name="setting"><c>bundled</c>, <c>system</c>, or an absolute path.</param>
    /// <param name="baseDirectory">The folder of the program, which contains the bundled library.</param>
    /// <exception cref="OptionsValidationException">
    /// The library cannot be loaded, or the process already uses another one. The message is one line that names the setting.
    /// </exception>
    internal static LibVips Load(string setting, string baseDirectory)
    {
        lock (Loading)
        {
            if (loaded?.setting == setting)
            {
                return loaded;
            }

            var (path, library) = Find(setting, baseDirectory);
            return loaded is null
                ? loaded = Start(setting, path, library)
                : throw Refuse(setting, $"this process already uses {loaded.Description}");
        }
    }

    /// <summary>Whether the system may have a libvips library. False is certain; if true, a worker must try to load it.</summary>
    internal static bool MayBeInSystem() => !OperatingSystem.IsLinux()
        || SystemFolders
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateDirectories(folder, "*-linux-*").Append(folder))
            .Any(folder => Directory.EnumerateFiles(folder, "libvips.so.42*").Any());

    /// <summary>Opens the library that a setting selects.</summary>
    /// <exception cref="OptionsValidationException">No usable library was found.</exception>
    internal static (string Path, nint Library) Find(string setting, string baseDirectory)
    {
        var candidates = FindCandidates(setting, baseDirectory);
        foreach (var path in candidates)
        {
            // libvips 8.13 added this function. A library without it is too old, or is not libvips.
            if (NativeLibrary.TryLoad(path, out var library) && NativeLibrary.TryGetExport(library, "vips_operation_block_set", out _))
            {
                return (path, library);
            }
        }

        throw Refuse(setting, $"{string.Join(" or ", candidates)} cannot be loaded as libvips");
    }

    private static LibVips Start(string setting, string path, nint library)
    {
        // The bundled library contains Glib. A system's library depends on Glib. Except on Windows, the lookup also searches dependencies.
        var hasGlib = NativeLibrary.TryGetExport(library, "g_object_unref", out _);

        // NetVips' own resolver ignores the setting. This resolver takes precedence, because it is set before NetVips initializes itself.
        NativeLibrary.SetDllImportResolver(Assembly.Load("NetVips"), (name, _, _) =>
            hasGlib || name.StartsWith("libvips", StringComparison.Ordinal) ? library : NativeLibrary.Load(Path.Combine(Path.GetDirectoryName(path) ?? "", name)));
        return Initialize(setting, path);
    }

    // A separate method, because NetVips initializes itself and libvips when a method that refers to NetVips is compiled.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static LibVips Initialize(string setting, string path)
    {
        if (!ModuleInitializer.VipsInitialized)
        {
            throw Refuse(setting, $"{path} does not start: {ModuleInitializer.Exception.Message.ReplaceLineEndings("; ")}");
        }

        // Every file is read once, so a cache is useless. Several files are rendered in parallel, so a single rendering needs no additional threads.
        Cache.Max = 0;
        NetVips.NetVips.Concurrency = 1;
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var loader in AllowedLoaders)
        {
            Operation.Block(loader, false);
        }

        return new LibVips(setting, path);
    }

    private static List<string> FindCandidates(string setting, string baseDirectory) => setting switch
    {
        Bundled => [Path.Combine(baseDirectory, FileName)],
        FromSystem when OperatingSystem.IsMacOS() => [FileName, "/opt/homebrew/lib/libvips.42.dylib", "/usr/local/lib/libvips.42.dylib"],
        FromSystem => [FileName],
        _ when Path.IsPathFullyQualified(setting) => [setting],
        _ => throw Refuse(setting, "this value is not allowed"),
    };

    private static OptionsValidationException Refuse(string setting, string reason) => new(
        Options.DefaultName,
        typeof(ImagingOptions),
        [$"{ImagingOptions.LibVipsKey} is \"{setting}\", but {reason}. It may be {Bundled} (the library beside the program), {FromSystem} (the operating system's libvips 8.14 or later, such as Debian's libvips42) or the absolute path of a libvips library."]);
}
