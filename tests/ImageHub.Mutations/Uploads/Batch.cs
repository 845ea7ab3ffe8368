using ImageHub.Testing.Mutations;

namespace ImageHub.Mutations.Uploads;

/// <summary>A file of a batch.</summary>
/// <param name="FileName">The name, different for each file of the batch.</param>
/// <param name="Content">The content, different for each file of the batch.</param>
/// <param name="IsIntact">Whether the file is not damaged, so that it must be stored.</param>
internal sealed record BatchFile(string FileName, byte[] Content, bool IsIntact)
{
    /// <summary>The format that the extension names.</summary>
    public string Format => Path.GetExtension(FileName)[1..];
}

/// <summary>Damaged files with intact ones between them, as they are sent in one request.</summary>
/// <param name="Files">The files in the order in which they are sent.</param>
internal sealed record Batch(IReadOnlyList<BatchFile> Files)
{
    /// <summary>The minimum number of damaged files in a batch. A batch with fewer intact files than usual has more.</summary>
    public const int Damaged = 30;

    private const int Intact = 10;

    /// <summary>Creates a batch.</summary>
    /// <param name="corpora">The files to damage, by extension.</param>
    /// <param name="intact">Intact files.</param>
    /// <param name="random">Determines the batch.</param>
    public static Batch Create(IReadOnlyList<(string Extension, Corpus Corpus)> corpora, IReadOnlyList<(string Name, byte[] File)> intact, Random random)
    {
        var mutator = new Mutator([]);
        var files = new List<BatchFile>();
        var contents = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, file) in random.GetItems([.. intact], Intact * 2).DistinctBy(picture => picture.Name).Take(Intact))
        {
            contents.Add(Convert.ToHexString(file));
            files.Add(new BatchFile($"intact-{name}", file, IsIntact: true));
        }

        while (files.Count < Intact + Damaged)
        {
            var (extension, corpus) = corpora[random.Next(corpora.Count)];
            var damaged = mutator.Mutate(corpus.Pick(random), corpus.Pick(random), random);

            // The server skips a file with the content of another one.
            if (contents.Add(Convert.ToHexString(damaged)))
            {
                files.Add(new BatchFile($"damaged-{files.Count}.{extension}", damaged, IsIntact: false));
            }
        }

        var order = files.ToArray();
        random.Shuffle(order);
        return new Batch(order);
    }
}
