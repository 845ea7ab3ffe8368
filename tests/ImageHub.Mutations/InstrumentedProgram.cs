using System.Reflection;
using System.Runtime.Loader;
using SharpFuzz;

namespace ImageHub.Mutations;

/// <summary>
/// Runs this program with copies of ImageHub's assemblies in which SharpFuzz has inserted a counter at every branch of the parsers. The copies are
/// loaded beside the original assemblies, so that the build stays as it is.
/// </summary>
internal static class InstrumentedProgram
{
    private const string ContextName = "instrumented";

    /// <summary>The namespaces and classes that contain parsers.</summary>
    private static readonly Dictionary<string, string[]> Parsers = new(StringComparer.Ordinal)
    {
        ["ImageHub.Infrastructure"] = ["ImageHub.Infrastructure.Imaging.Formats.", "ImageHub.Infrastructure.Imaging.Metadata."],
        ["ImageHub.Application"] =
        [
            "ImageHub.Application.Images.AlbumTitle", "ImageHub.Application.Images.TakenTime", "ImageHub.Application.Paging.Keyset", "ImageHub.Application.Requests.IdText",
            "ImageHub.Application.Transforms.TransformOptions", "ImageHub.Application.WebDav.DavPath", "ImageHub.Application.Imaging.VideoSignature",
        ],
        ["ImageHub.Api"] =
        [
            "ImageHub.Api.Uploads.TusHeaders", "ImageHub.Api.WebDav.DavHeaders", "ImageHub.Api.WebDav.DavXml", "ImageHub.Api.Images.MultipartFiles", "ImageHub.Api.Images.AcceptedFormats",
            "ImageHub.Api.Requests.ReadRequests", "ImageHub.Api.Requests.ZonedTime", "ImageHub.Api.Delivery.BlockStreamExecutor", "ImageHub.Api.Web.PageAddress",
        ],
    };

    /// <summary>Whether the running code is the instrumented one.</summary>
    public static bool IsRunning => AssemblyLoadContext.GetLoadContext(typeof(InstrumentedProgram).Assembly) is { Name: ContextName };

    /// <summary>Runs the program with the instrumented assemblies.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("imagehub-instrumented-").FullName;
        try
        {
            foreach (var (assembly, prefixes) in Parsers)
            {
                var copy = Path.Combine(folder, assembly + ".dll");
                File.Copy(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"), copy);
                Instrument(copy, prefixes);
            }

            Coverage.Start();
            var program = new Context(folder).LoadFromAssemblyPath(typeof(InstrumentedProgram).Assembly.Location);
            return (int)program.EntryPoint!.Invoke(null, [arguments])!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Instrument(string assembly, string[] prefixes)
    {
        var instrumented = Fuzzer.Instrument(assembly, type => Array.Exists(prefixes, prefix => type.StartsWith(prefix, StringComparison.Ordinal)), Options.Value);
        if (prefixes.Except(prefixes.Where(prefix => instrumented.Any(type => type.StartsWith(prefix, StringComparison.Ordinal))), StringComparer.Ordinal).FirstOrDefault() is { } missing)
        {
            throw new InvalidOperationException($"{assembly} has no type that starts with {missing}.");
        }
    }

    private sealed class Context(string folder) : AssemblyLoadContext(ContextName)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            // Other assemblies are shared with this program, above all the assembly with SharpFuzz's counters.
            if (assemblyName.Name?.StartsWith("ImageHub.", StringComparison.Ordinal) != true)
            {
                return null;
            }

            var copy = Path.Combine(folder, assemblyName.Name + ".dll");
            return LoadFromAssemblyPath(File.Exists(copy) ? copy : Path.Combine(AppContext.BaseDirectory, assemblyName.Name + ".dll"));
        }
    }
}
