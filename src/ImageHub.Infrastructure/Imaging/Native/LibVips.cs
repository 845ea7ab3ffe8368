using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ImageHub.Application.Imaging;
using Microsoft.Extensions.Options;

namespace ImageHub.Infrastructure.Imaging.Native;

/// <summary>The one libvips of the process: found, loaded, and set up for files from strangers.</summary>
internal sealed unsafe class LibVips
{
    private const string Bundled = "bundled";

    /// <summary>The setting that means the system's.</summary>
    internal const string FromSystem = "system";

    // Everything else stays blocked: loaders of documents and scripts, and those that nobody fuzzes.
    private static readonly string[] AllowedLoaders =
    [
        "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadHeif", "VipsForeignLoadNsgif", "VipsForeignLoadTiff",
    ];

    private static readonly string[] SystemFolders = ["/usr/lib", "/usr/lib64", "/usr/local/lib"];
    private static readonly Lock Loading = new();
    private static LibVips? loaded;

    private readonly string setting;

    private LibVips(string setting, string path)
    {
        this.setting = setting;
        Version = new Version(VipsNative.Version(0), VipsNative.Version(1), VipsNative.Version(2));
        Description = $"libvips {Version} ({setting switch { Bundled or FromSystem => setting + ", ", _ => "" }}{path})";
        DecodesHevc = HeicProbe.Decodes();
    }

    /// <summary>Such as <c>libvips 8.18.7 (bundled, /app/natives/…/libvips-cpp.so.8.18.7)</c>.</summary>
    internal string Description { get; }

    /// <summary>The library's own version.</summary>
    internal Version Version { get; }

    /// <summary>Whether HEIC files, which are HEVC inside, can be decoded.</summary>
    internal bool DecodesHevc { get; }

    /// <summary>Loads libvips. A process has one; asking again with the same setting gives the same.</summary>
    /// <param name="setting"><c>bundled</c>, <c>system</c>, or an absolute path.</param>
    /// <param name="baseDirectory">Where <c>natives/node_modules</c> is.</param>
    /// <exception cref="OptionsValidationException">It cannot be loaded; the text is one line that names the key.</exception>
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

    /// <summary>Whether the system may have one: false is certain, true is for a worker to find out.</summary>
    internal static bool MayBeInSystem() => !OperatingSystem.IsLinux()
        || SystemFolders
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateDirectories(folder, "*-linux-*").Append(folder))
            .Any(folder => Directory.EnumerateFiles(folder, "libvips.so.42*").Any());

    /// <summary>Opens the library that a setting means.</summary>
    /// <exception cref="OptionsValidationException">There is none.</exception>
    internal static (string Path, nint Library) Find(string setting, string baseDirectory)
    {
        var candidates = FindCandidates(setting, baseDirectory);
        foreach (var path in candidates)
        {
            // The function came with 8.13, like most of what is used here.
            if (NativeLibrary.TryLoad(path, out var library) && NativeLibrary.TryGetExport(library, "vips_operation_block_set", out _))
            {
                return (path, library);
            }
        }

        throw Refuse(setting, candidates.Count == 0
            ? $"there is no npm package @img/sharp-libvips-{Platform} in {Path.Combine(baseDirectory, "natives", "node_modules")}"
            : $"{string.Join(" or ", candidates)} cannot be loaded as libvips");
    }

    private static LibVips Start(string setting, string path, nint library)
    {
        // On Linux and macOS a lookup also searches what the library depends on, where glib is in a system's build.
        var gobject = LoadCompanion(library, path, "g_object_unref", "gobject-2.0");
        var glib = LoadCompanion(library, path, "g_free", "glib-2.0");
        NativeLibrary.SetDllImportResolver(Assembly.GetExecutingAssembly(), (name, _, _) => name switch
        {
            VipsNative.Vips => library,
            VipsNative.GObject => gobject,
            VipsNative.GLib => glib,
            _ => 0,
        });


        // Damaged files would fill the console with warnings; what matters of them becomes a problem document.
        _ = VipsNative.LogSetDefaultHandler(&Ignore, 0);
        if (VipsNative.Init("ImageHub") != 0)
        {
            throw Refuse(setting, $"{path} does not start: {VipsException.Take("init").Message}");
        }

        // Every file is seen once and several are rendered at a time: no cache, no threads within a rendering.
        VipsNative.CacheSetMax(0);
        VipsNative.ConcurrencySet(1);
        VipsNative.OperationBlockSet("VipsForeignLoad", 1);
        foreach (var loader in AllowedLoaders)
        {
            VipsNative.OperationBlockSet(loader, 0);
        }

        return new LibVips(setting, path);
    }

    private static List<string> FindCandidates(string setting, string baseDirectory) => setting switch
    {
        Bundled => FindBundled(Path.Combine(baseDirectory, "natives", "node_modules", "@img", "sharp-libvips-" + Platform, "lib")),
        FromSystem when OperatingSystem.IsWindows() => ["libvips-42.dll"],
        FromSystem when OperatingSystem.IsMacOS() => ["libvips.42.dylib", "/opt/homebrew/lib/libvips.42.dylib", "/usr/local/lib/libvips.42.dylib"],
        FromSystem => ["libvips.so.42"],
        _ when Path.IsPathFullyQualified(setting) => [setting],
        _ => throw Refuse(setting, "it is none of these"),
    };

    // The C++ library carries the C functions on Linux and macOS; on Windows they have their own.
    private static List<string> FindBundled(string folder) => Directory.Exists(folder)
        ? [.. Directory.EnumerateFiles(folder, OperatingSystem.IsWindows() ? "libvips-42.dll" : "libvips-cpp*").Order(StringComparer.Ordinal)]
        : [];

    private static string Platform => string.Concat(
        OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "linuxmusl" : "linux",
        "-",
        RuntimeInformation.ProcessArchitecture switch { Architecture.X64 => "x64", Architecture.Arm64 => "arm64", Architecture.Arm => "arm", var other => other.ToString() });

    private static OptionsValidationException Refuse(string setting, string reason) => new(
        Options.DefaultName,
        typeof(ImagingOptions),
        [$"{ImagingOptions.LibVipsKey} is \"{setting}\", but {reason}. It may be {Bundled} (the npm package beside the program), {FromSystem} (the operating system's libvips 8.14 or later, such as Debian's libvips42) or the absolute path of a libvips library."]);

    private static nint LoadCompanion(nint library, string path, string export, string name)
    {
        if (NativeLibrary.TryGetExport(library, export, out _))
        {
            return library;
        }

        var file = OperatingSystem.IsWindows() ? $"lib{name}-0.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.0.dylib" : $"lib{name}.so.0";
        return NativeLibrary.TryLoad(Path.Combine(Path.GetDirectoryName(path) ?? "", file), out var beside) ? beside : NativeLibrary.Load(file);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(byte* domain, int level, byte* message, nint state)
    {
    }
}
