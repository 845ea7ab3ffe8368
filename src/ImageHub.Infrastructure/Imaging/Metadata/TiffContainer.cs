using ImageHub.Application.Errors;

namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The directories of a TIFF (TIFF 6.0, section 2), which are also those of an EXIF block.</summary>
internal sealed class TiffContainer : ImageContainer
{
    // Documents have thousands of pages; directories that share their entries would have millions.
    private const int MaxEntries = 200_000;
    private const int MaxSubDirectories = 1_000;
    private const int MaxMakerNoteEntries = 1_000;

    private readonly ByteSource _bytes;
    private readonly TiffReader _reader;
    private readonly List<TiffDirectory> _pages = [];
    private readonly List<TiffDirectory> _details = [];
    private readonly HashSet<long> _visited = [];
    private int _entries;

    private TiffContainer(ByteSource bytes, TiffReader reader)
    {
        (_bytes, _reader) = (bytes, reader);
        var pages = new Queue<long>([reader.First]);
        while (pages.TryDequeue(out var offset))
        {
            if (Read(offset) is not { } page)
            {
                // Only a first or a sub-directory that cannot be read hides something; a last one often points nowhere.
                continue;
            }

            _pages.Add(page);
            Examine(page, pages);
            if (page.Next != 0)
            {
                pages.Enqueue(page.Next);
            }
        }

        if (_pages.Count == 0)
        {
            AddUnreadable();
        }
    }

    /// <summary>Null when it does not start as a TIFF.</summary>
    /// <exception cref="ProblemException">It has more directories and entries than any program writes.</exception>
    internal static TiffContainer? Read(ByteSource bytes) => TiffReader.Open(bytes) is { } reader ? new TiffContainer(bytes, reader) : null;

    internal override IEnumerable<Edit> RemoveMetadata(IReadOnlySet<MetadataBlock> carrying) => new TiffBlanking(_bytes, _reader, _pages, _details).Edits();

    private TiffDirectory? Read(long offset)
    {
        if (!_visited.Add(offset))
        {
            return null;
        }

        if (_reader.ReadDirectory(offset, ushort.MaxValue) is not { } directory)
        {
            return null;
        }

        _entries += directory.Entries.Length + 1;
        return _entries <= MaxEntries
            ? directory
            : throw new ProblemException(Problems.CorruptImage, $"The image's directories have more than {MaxEntries} entries.");
    }

    private void Examine(TiffDirectory directory, Queue<long> pages)
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
                    foreach (var offset in _reader.ReadNumbers(entry, MaxSubDirectories))
                    {
                        pages.Enqueue(offset);
                    }

                    break;
                case ExifTag.Exif or ExifTag.Gps or ExifTag.Interoperability:
                    ExamineDetails(entry, pages);
                    break;
                default:
                    break;
            }
        }
    }

    private void ExamineDetails(TiffEntry pointer, Queue<long> pages)
    {
        var offset = _reader.ReadNumbers(pointer, 1).FirstOrDefault(-1);
        if (_visited.Contains(offset))
        {
            return;
        }

        if (Read(offset) is not { } details)
        {
            AddUnreadable();
            return;
        }

        _details.Add(details);
        if (pointer.Tag != ExifTag.Gps)
        {
            Examine(details, pages);
        }
        else if (details.Entries.Any(entry => entry.Tag != ExifTag.GpsVersion && entry.Count > 0))
        {
            // Many cameras write a GPS directory with nothing but its version when they have no receiver.
            Add(new MetadataBlock(BlockKind.Location, ByteRange.Of(details.Offset, 0), ByteSource.Empty));
        }
    }

    // Panasonic's travel mode writes the place in words: location, country, state, city, landmark.
    private void ExamineMakerNote(TiffEntry entry)
    {
        if (_bytes.Has(entry.ValueOffset, "Panasonic\0\0\0"u8)
            && _reader.ReadDirectory(entry.ValueOffset + 12, MaxMakerNoteEntries) is { } note
            && note.Entries.Any(IsPlace))
        {
            Add(entry, BlockKind.Location);
        }

        bool IsPlace(TiffEntry candidate) =>
            candidate.Tag is 0x67 or 0x69 or 0x6B or 0x6D or 0x6F
            && _reader.Slice(candidate).Take(0, 64).AsSpan().IndexOfAnyExcept((byte)0, (byte)' ') >= 0;
    }

    private void Add(TiffEntry entry, BlockKind kind) => Add(new MetadataBlock(kind, ByteRange.Of(entry.ValueOffset, entry.ValueLength), _reader.Slice(entry)));

    private void AddUnreadable() => Add(new MetadataBlock(BlockKind.Location, default(ByteRange), ByteSource.Empty));
}
