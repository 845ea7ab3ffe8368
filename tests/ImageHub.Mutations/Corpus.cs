using System.Security.Cryptography;

namespace ImageHub.Mutations;

/// <summary>The files or texts to damage: seeds, and variants that led to something new.</summary>
internal sealed class Corpus
{
    private const int MaxEntries = 4_000;

    // Small entries are fast to parse, and changes to them more often hit a meaningful byte.
    private const int MaxEntryLength = 32 * 1024;

    private readonly List<byte[]> entries;
    private readonly string? folder;

    /// <param name="seeds">The seeds.</param>
    /// <param name="folder">The folder that keeps the variants between sittings, or null.</param>
    public Corpus(IEnumerable<byte[]> seeds, string? folder)
    {
        this.folder = folder;
        entries = [.. seeds];
        if (folder is not null)
        {
            entries.AddRange(Directory.CreateDirectory(folder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(file => File.ReadAllBytes(file.FullName)));
        }
    }

    public IReadOnlyList<byte[]> Entries => entries;

    /// <summary>Picks an entry. Half of the picks are among the newest quarter.</summary>
    public byte[] Pick(Random random) => entries[random.Next(2) == 0 ? random.Next(entries.Count) : entries.Count - 1 - random.Next(Math.Max(1, entries.Count / 4))];

    /// <summary>Adds a variant, unless it is large or the corpus is full.</summary>
    public void Add(byte[] variant)
    {
        if (entries.Count >= MaxEntries || variant.Length > MaxEntryLength)
        {
            return;
        }

        if (folder is not null)
        {
            // The number keeps the order in which variants were found.
            File.WriteAllBytes(Path.Combine(folder, $"{entries.Count:00000}-{Convert.ToHexStringLower(SHA256.HashData(variant))[..12]}"), variant);
        }

        entries.Add(variant);
    }
}
