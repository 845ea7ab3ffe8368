using System.IO.Compression;
using System.Text;
using ImageHub.Application.Archives;
using ImageHub.Application.Storage;
using ImageHub.Testing.Images;

namespace ImageHub.UnitTests.Archives;

public sealed class StoredZipTests
{
    private static readonly DateTime Time = new(2026, 5, 1, 12, 34, 56, DateTimeKind.Unspecified);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_534)]
    [InlineData(65_535)]
    [InlineData(70_000)]
    public async Task A_ZIP_of_any_number_of_files_has_the_announced_length(int count)
    {
        var files = Enumerable.Range(0, count).Select(i => Small($"{i} – 写真.jpg")).ToArray();
        using var written = new MemoryStream();

        await Zip(files).CopyToAsync(written, TestContext.Current.CancellationToken);

        written.Length.ShouldBe(LengthOf(files));
        await using var zip = new ZipArchive(written, ZipArchiveMode.Read);
        zip.Entries.Select(entry => entry.FullName).ShouldBe(files.Select(file => file.Name));
        foreach (var entry in zip.Entries.Take(1).Concat(zip.Entries.TakeLast(1)))
        {
            ReadAll(entry).ShouldBe(entry.FullName);
            entry.CompressedLength.ShouldBe(entry.Length);
            entry.LastWriteTime.DateTime.ShouldBe(Time);
        }
    }

    [Fact]
    public void A_file_and_an_offset_over_four_gibibytes_can_be_read_back()
    {
        var huge = new ArchivedFile("images/any/1/full", "huge.tif", 5L << 30, 1, Time);
        var edge = new ArchivedFile("images/any/1/full", "edge.tif", uint.MaxValue, 2, Time);
        var last = Small("last.jpg");
        using var written = Sparse([huge, edge, last]);

        written.Length.ShouldBe(LengthOf([huge, edge, last]));
        using var zip = new ZipArchive(written, ZipArchiveMode.Read);
        zip.Entries.Select(entry => (entry.FullName, entry.Length, entry.CompressedLength, entry.Crc32)).ShouldBe(
        [
            (huge.Name, huge.Bytes, huge.Bytes, huge.Crc32),
            (edge.Name, edge.Bytes, edge.Bytes, edge.Crc32),
            (last.Name, last.Bytes, last.Bytes, last.Crc32),
        ]);

        // Open the file at the far offset, to check that its local header is there.
        using var content = zip.Entries[2].Open();
        content.ReadByte().ShouldBe('l');
        using var start = zip.Entries[1].Open();
        start.ReadByte().ShouldBe(0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../a.jpg")]
    [InlineData("a/../b.jpg")]
    [InlineData("/a.jpg")]
    [InlineData("a//b.jpg")]
    [InlineData("a/")]
    [InlineData("a\\b.jpg")]
    [InlineData("a\0.jpg")]
    public void A_file_name_with_a_path_outside_the_archive_is_refused(string name) =>
        Should.Throw<ArgumentException>(() => ZipFormat.LocalHeader(Small("a.jpg") with { Name = name }, new byte[ZipFormat.MaxRecordBytes]));

    [Theory]
    [InlineData(1970, 1980)]
    [InlineData(2150, 2107)]
    public async Task A_year_that_ZIP_cannot_represent_becomes_the_nearest_representable_one(int year, int kept)
    {
        using var written = new MemoryStream();
        await Zip([Small("a.jpg") with { ModifiedAt = new DateTime(year, 2, 3, 4, 5, 6, DateTimeKind.Unspecified) }]).CopyToAsync(written, TestContext.Current.CancellationToken);

        await using var zip = new ZipArchive(written, ZipArchiveMode.Read);
        zip.Entries.Single().LastWriteTime.DateTime.ShouldBe(new DateTime(kept, 2, 3, 4, 5, 6, DateTimeKind.Unspecified));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("other.jpg")]
    [InlineData("longer than it was.jpg")]
    public async Task Bytes_that_differ_from_the_announced_ones_end_the_archive(string content)
    {
        using var written = new MemoryStream();
        ArchivedFile[] files = [Small("a.jpg"), Small("right.jpg"), Small("c.jpg")];
        await using var zip = new StoredZip(files, LengthOf(files), file =>
            new MemoryStream(Encoding.UTF8.GetBytes(file.Name == "right.jpg" ? content : file.Name)), _ => ValueTask.CompletedTask);

        await Should.ThrowAsync<LostObjectException>(() => zip.CopyToAsync(written, TestContext.Current.CancellationToken));

        Should.Throw<InvalidDataException>(() => new ZipArchive(written, ZipArchiveMode.Read).Entries);
    }

    [Fact]
    public async Task The_archive_can_be_read_from_any_position()
    {
        ArchivedFile[] files = [Small("a.jpg"), Small("with a longer name.jpg"), Small("c.jpg")];
        using var written = new MemoryStream();
        await Zip(files).CopyToAsync(written, TestContext.Current.CancellationToken);
        var whole = written.ToArray();
        await using var zip = Zip(files);

        for (var position = whole.Length; position >= 0; position--)
        {
            zip.Position = position;
            using var rest = new MemoryStream();

            // Read in small blocks, so that reads end within records and contents.
            await zip.CopyToAsync(rest, bufferSize: 7, TestContext.Current.CancellationToken);

            rest.ToArray().ShouldBe(whole[position..]);
        }
    }

    private static StoredZip Zip(ArchivedFile[] files) => new(files, LengthOf(files), ContentOf, _ => ValueTask.CompletedTask);

    private static ArchivedFile Small(string name)
    {
        var content = Encoding.UTF8.GetBytes(name);
        return new ArchivedFile("images/any/1/full", name, content.Length, TestImages.Crc32(content), Time);
    }

    private static MemoryStream ContentOf(ArchivedFile file) => new(Encoding.UTF8.GetBytes(file.Name));

    private static long LengthOf(IEnumerable<ArchivedFile> files)
    {
        var length = new ZipLength();
        foreach (var file in files)
        {
            length.Add(file);
        }

        return length.Bytes;
    }

    private static string ReadAll(ZipArchiveEntry entry)
    {
        using var reader = new StreamReader(entry.Open());
        return reader.ReadToEnd();
    }

    /// <summary>An archive with real records and the real bytes of the last file; all other bytes are zeros.</summary>
    private static SparseStream Sparse(ArchivedFile[] files)
    {
        var stream = new SparseStream();
        var record = new byte[ZipFormat.MaxRecordBytes];
        var offsets = new List<long>();
        foreach (var file in files)
        {
            offsets.Add(stream.Length);
            stream.Append(record[..ZipFormat.LocalHeader(file, record)]);
            if (file == files[^1])
            {
                stream.Append(ContentOf(file).ToArray());
            }
            else
            {
                stream.AppendZeros(file.Bytes);
            }
        }

        var directory = stream.Length;
        foreach (var (file, offset) in files.Zip(offsets))
        {
            stream.Append(record[..ZipFormat.CentralHeader(file, offset, record)]);
        }

        stream.Append(record[..ZipFormat.End(files.Length, directory, stream.Length - directory, record)]);
        return stream;
    }

    private sealed class SparseStream : Stream
    {
        private readonly List<(long At, byte[] Bytes)> parts = [];
        private long length;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public void Append(byte[] bytes)
        {
            parts.Add((length, bytes));
            length += bytes.Length;
        }

        public void AppendZeros(long bytes) => length += bytes;

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, length - Position);
            var target = buffer.AsSpan(offset, read);
            target.Clear();
            foreach (var (at, bytes) in parts)
            {
                var (from, to) = (Math.Max(at, Position), Math.Min(at + bytes.Length, Position + read));
                if (from < to)
                {
                    bytes.AsSpan((int)(from - at), (int)(to - from)).CopyTo(target[(int)(from - Position)..]);
                }
            }

            Position += read;
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
