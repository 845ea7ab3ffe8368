using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The directories of a TIFF (TIFF 6.0, section 2), which are also those of an EXIF block.</summary>
internal sealed class TiffContainer : ImageContainer
{
    // Documents have thousands of pages; directories that share their entries would have millions.
    private const int MaxEntries = 200_000;
    private const int MaxSubDirectories = 1_000;
    private const int MaxMakerNoteEntries = 1_000;

    private readonly ByteSource bytes;
    private readonly TiffReader reader;
    private readonly List<TiffDirectory> pages = [];
    private readonly List<TiffDirectory> details = [];
    private readonly HashSet<long> visited = [];
    private int entries;

    private TiffContainer(ByteSource bytes, TiffReader reader)
    {
        (this.bytes, this.reader) = (bytes, reader);
        var queue = new Queue<long>([reader.First]);
        while (queue.TryDequeue(out var offset))
        {
            if (Read(offset) is not { } page)
            {
                // Only a first or a sub-directory that cannot be read hides something; a last one often points nowhere.
                continue;
            }

            pages.Add(page);
            Examine(page, queue);
            if (page.Next != 0)
            {
                queue.Enqueue(page.Next);
            }
        }

        if (pages.Count == 0)
        {
            AddUnreadable();
        }
    }

    /// <summary>Null when it does not start as a TIFF.</summary>
    /// <exception cref="ProblemException">It has more directories and entries than any program writes.</exception>
    internal static TiffContainer? Read(ByteSource bytes) => TiffReader.Open(bytes) is { } reader ? new TiffContainer(bytes, reader) : null;

    internal override IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying) => new TiffBlanking(bytes, reader, pages, details).Edits();

    private TiffDirectory? Read(long offset)
    {
        if (!visited.Add(offset))
        {
            return null;
        }

        if (reader.ReadDirectory(offset, ushort.MaxValue) is not { } directory)
        {
            return null;
        }

        entries += directory.Entries.Length + 1;
        return entries <= MaxEntries
            ? directory
            : throw new ProblemException(Problems.CorruptImage, $"The image's directories have more than {MaxEntries} entries.");
    }

    private void Examine(TiffDirectory directory, Queue<long> queue)
    {
        foreach (var entry in directory.Entries)
        {
            switch (entry.Tag)
            {
                case ExifTag.Xmp:
                    Add(entry, BlockKind.Xmp);
                    break;
                case ExifTag.Iptc:
                    Add(entry, BlockKind.Iptc);
                    break;
                case ExifTag.Photoshop:
                    Add(entry, BlockKind.Photoshop);
                    break;
                case ExifTag.GdalMetadata:
                    Add(entry, BlockKind.Other);
                    break;
                case var tag when ExifTag.IsGeoTiff(tag):
                    Add(entry, BlockKind.Location);
                    break;
                case ExifTag.MakerNote:
                    ExamineMakerNote(entry);
                    break;
                case ExifTag.SubDirectories:
                    foreach (var offset in reader.ReadNumbers(entry, MaxSubDirectories))
                    {
                        queue.Enqueue(offset);
                    }

                    break;
                case ExifTag.Exif or ExifTag.Gps or ExifTag.Interoperability:
                    ExamineDetails(entry, queue);
                    break;
                default:
                    break;
            }
        }
    }

    private void ExamineDetails(TiffEntry pointer, Queue<long> queue)
    {
        var offset = reader.ReadNumbers(pointer, 1).FirstOrDefault(-1);
        if (visited.Contains(offset))
        {
            return;
        }

        if (Read(offset) is not { } found)
        {
            AddUnreadable();
            return;
        }

        details.Add(found);
        if (pointer.Tag != ExifTag.Gps)
        {
            Examine(found, queue);
        }
        else if (found.Entries.Any(entry => entry.Tag != ExifTag.GpsVersion && entry.Count > 0))
        {
            // Many cameras write a GPS directory with nothing but its version when they have no receiver.
            Add(new MetadataBlock(BlockKind.Location, ByteRange.FromLength(found.Offset, 0), ByteSource.Empty));
        }
    }

    // Panasonic's travel mode writes the place in words: location, country, state, city, landmark.
    private void ExamineMakerNote(TiffEntry entry)
    {
        if (bytes.Has(entry.ValueOffset, "Panasonic\0\0\0"u8)
            && reader.ReadDirectory(entry.ValueOffset + 12, MaxMakerNoteEntries) is { } note
            && note.Entries.Any(IsPlace))
        {
            Add(entry, BlockKind.Location);
        }

        bool IsPlace(TiffEntry candidate) =>
            candidate.Tag is 0x67 or 0x69 or 0x6B or 0x6D or 0x6F
            && reader.Slice(candidate).Take(0, 64).AsSpan().IndexOfAnyExcept((byte)0, (byte)' ') >= 0;
    }

    private void Add(TiffEntry entry, BlockKind kind) => Add(new MetadataBlock(kind, ByteRange.FromLength(entry.ValueOffset, entry.ValueLength), reader.Slice(entry)));

    private void AddUnreadable() => Add(new MetadataBlock(BlockKind.Location, default(ByteRange), ByteSource.Empty));
}
