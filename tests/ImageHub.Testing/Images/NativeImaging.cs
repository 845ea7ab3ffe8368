using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ImageHub.Infrastructure.Imaging;

namespace ImageHub.Testing.Images;

/// <summary>The libvips that tests use: the bundled one, or what <c>IMAGEHUB_TEST_LIBVIPS</c> says in the words of the setting.</summary>
public static class NativeImaging
{
    /// <summary>The setting.</summary>
    public static string Setting { get; } = Environment.GetEnvironmentVariable("IMAGEHUB_TEST_LIBVIPS") ?? "bundled";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "NetVips loads a libvips of its own choice when a method that refers to it is compiled, unless one is loaded by then.")]
    internal static void Load() => LibVips.Load(Setting, AppContext.BaseDirectory);
}
