using System.Security.Cryptography;

namespace ImageHub.Mutations;

/// <summary>Files and texts that were not handled as documented. The files of each kind are kept once.</summary>
/// <param name="folder">The folder for the files.</param>
internal sealed class Findings(string folder)
{
    private readonly HashSet<string> kinds = new(StringComparer.Ordinal);

    /// <summary>The number of findings, including repeated ones.</summary>
    public int Count { get; private set; }

    /// <summary>Reports a finding, and keeps its files if the kind is new.</summary>
    /// <param name="parser">The parser or <c>upload</c>.</param>
    /// <param name="kind">Identifies the kind, such as the exception and its origin.</param>
    /// <param name="text">The description.</param>
    /// <param name="variants">The file or text; several if any of them may be the cause.</param>
    public void Add(string parser, string kind, string text, params IReadOnlyList<byte[]> variants)
    {
        Count++;
        if (!kinds.Add($"{parser}: {kind}"))
        {
            return;
        }

        Console.WriteLine($"FOUND {parser}: {text}");
        Directory.CreateDirectory(folder);
        foreach (var variant in variants)
        {
            var path = Path.Combine(folder, $"{parser}.{Convert.ToHexStringLower(SHA256.HashData(variant))[..12]}");
            File.WriteAllBytes(path, variant);
            Console.WriteLine($"    {path} ({variant.Length} bytes)");
        }
    }
}
