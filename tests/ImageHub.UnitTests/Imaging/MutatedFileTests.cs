using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using ImageHub.Application.Errors;
using ImageHub.Application.Imaging;
using ImageHub.Domain.Images;
using ImageHub.Infrastructure.Imaging.Workers;
using ImageHub.Testing.Images;
using Microsoft.Extensions.Logging;

namespace ImageHub.UnitTests.Imaging;

/// <summary>Randomly damaged files of all formats in the real renderer: each is rendered or rejected in a short time, and the server keeps running.</summary>
public sealed class MutatedFileTests
{
    private static readonly Problem[] Refusals = [Problems.UnsupportedFormat, Problems.CorruptImage, Problems.TooComplex];

    [Fact]
    public Task A_thousand_damaged_files_are_rendered_or_refused() => DecideAsync(firstSeed: 1, count: 1_000);

    /// <summary>A longer run: <c>-explicit only -class '*MutatedFileTests'</c>.</summary>
    [Fact(Explicit = true)]
    public Task Ten_thousand_more_are_rendered_or_refused() => DecideAsync(firstSeed: 1_001, count: 10_000);

    private static async Task DecideAsync(int firstSeed, int count)
    {
        var originals = Originals();
        var log = new WarningLog();
        await using var workers = new WorkerRenderer(log: log);
        await workers.Renderer.StartAsync(CancellationToken.None);
        var (rendered, slowest) = (0, TimeSpan.Zero);
        var failures = new List<string>();
        await Parallel.ForAsync(firstSeed, firstSeed + count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (seed, cancellationToken) =>
        {
            var (name, damaged) = Mutate(originals, new Random(seed));
            var began = Stopwatch.GetTimestamp();
            var (outcome, isDecided) = await RenderAsync(workers, seed, damaged, cancellationToken);
            var elapsed = Stopwatch.GetElapsedTime(began);
            lock (failures)
            {
                rendered += outcome is null ? 1 : 0;
                slowest = elapsed > slowest ? elapsed : slowest;
                if (!isDecided || elapsed > TimeSpan.FromSeconds(25))
                {
                    failures.Add($"seed {seed} ({name}, {damaged.Length} bytes, {elapsed.TotalSeconds:f1} s): {outcome}");
                }
            }
        });

        failures.ShouldBeEmpty();
        rendered.ShouldBeInRange(count / 20, count * 19 / 20);
        TestContext.Current.TestOutputHelper!.WriteLine($"{rendered} of {count} rendered, the slowest took {slowest.TotalSeconds:f1} s; workers broke down {log.Warnings.Count} times. {string.Join(' ', log.Warnings)}");
    }

    /// <returns>The error message (null if the file is rendered), and whether the result is a valid answer to an upload.</returns>
    private static async Task<(string? Outcome, bool IsDecided)> RenderAsync(WorkerRenderer workers, int seed, byte[] file, CancellationToken cancellationToken)
    {
        var path = Path.Combine(workers.Folder, $"{seed}");
        await File.WriteAllBytesAsync(path, file, cancellationToken);
        try
        {
            var request = new RenderRequest(
                path, RenderAccounts.Admins, new(new Box(1400, 1050), path + "-high"), new(new Box(720, 540), path + "-medium"), new(new Box(360, 230), path + "-low"), path + "-full");
            await workers.Renderer.RenderAsync(request, cancellationToken);
            return (null, true);
        }
        catch (ProblemException exception)
        {
            return (exception.Message, Refusals.Contains(exception.Problem));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return (exception.ToString(), false);
        }
        finally
        {
            foreach (var made in new[] { "", "-high", "-medium", "-low", "-full" })
            {
                File.Delete(path + made);
            }
        }
    }

    /// <summary>Small pictures of all formats and their features.</summary>
    private static (string Name, byte[] File)[] Originals()
    {
        var soft = TestPicture.Gradient(120, 90);
        var noise = TestPicture.Noise(60, 40);
        var clear = soft.WithBand((x, y) => (byte)(x + y));
        TestPicture[] pages = [soft, TestPicture.Gradient(120, 90, seed: 1), TestPicture.Gradient(120, 90, seed: 2)];
        var exif = MetadataFixtures.PlainExif().ToBytes();
        return
        [
            ("baseline.jpg", TestImages.WithExif(soft.ToJpeg(profile: "p3"), exif)),
            ("progressive.jpg", noise.ToJpeg(progressive: true)),
            ("restarts.jpg", soft.ToJpeg(restartInterval: 4)),
            ("cmyk.jpg", clear.ToCmykJpeg(withProfile: true)),
            ("plain.png", TestImages.WithChunk(noise.ToPng(profile: "p3"), "eXIf", exif)),
            ("interlaced.png", clear.ToPng(interlaced: true)),
            ("palette.png", soft.ToPng(palette: true)),
            ("deep.png", TestImages.WithChunk(soft.ToPng16(), "zTXt", [(byte)'a', 0, 0, 0x78, 0x9C, 3, 0, 0, 0, 0, 1])),
            ("lossy.webp", clear.ToWebP()),
            ("lossless.webp", noise.ToWebP(lossless: true)),
            ("film.webp", TestPicture.ToPages(pages, "webpsave_buffer")),
            ("soft.avif", soft.ToAvif()),
            ("clear.avif", clear.ToAvif()),
            ("deep.avif", soft.ToAvif(bits: 12)),
            ("grid.heic", new HeicFixture { QuarterTurns = 1, Exif = exif, Auxiliary = "urn:mpeg:hevc:2015:auxid:2" }.ToFile()),
            ("deep.heic", new HeicFixture { IsDeep = true }.ToFile()),
            ("still.gif", soft.ToGif()),
            ("film.gif", TestPicture.ToPages(pages, "gifsave_buffer")),
            ("lzw.tif", soft.ToTiff()),
            ("deflate.tif", noise.ToTiff("deflate")),
            ("jpeg.tif", soft.ToTiff("jpeg")),
            ("pages.tif", TestPicture.ToPages(pages, "tiffsave_buffer")),
            ("tiles.tif", soft.ToPyramidTiff()),
            ("lab.tif", soft.ToTiffOf("lab")),
        ];
    }

    private static (string Name, byte[] File) Mutate((string Name, byte[] File)[] originals, Random random)
    {
        var (name, file) = originals[random.Next(originals.Length)];
        file = [.. file];
        for (var changes = random.Next(1, 4); changes > 0 && file.Length > 16; changes--)
        {
            file = random.Next(6) switch
            {
                0 => FlipBits(file, random, random.Next(1, 20)),
                1 => file[..random.Next(8, file.Length)],
                2 => Splice(file, originals[random.Next(originals.Length)].File, random),
                3 => Lengthen(file, random),
                4 => LieAboutLength(file, random),
                _ => FlipBits(file, random, 1),
            };
        }

        return (name, file);
    }

    // Half of the changes go to the start, where headers are.
    private static int Position(byte[] file, Random random, int size = 1) =>
        random.Next(random.Next(2) == 0 ? Math.Min(file.Length - size, 256) : file.Length - size);

    private static byte[] FlipBits(byte[] file, Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            file[Position(file, random)] ^= (byte)(1 << random.Next(8));
        }

        return file;
    }

    private static byte[] Splice(byte[] file, byte[] other, Random random)
    {
        var from = random.Next(other.Length);
        return [.. file[..Position(file, random)], .. other[from..random.Next(from, other.Length)], .. file[Position(file, random)..]];
    }

    private static byte[] Lengthen(byte[] file, Random random)
    {
        var (from, times) = (Position(file, random), random.Next(1, 50));
        var part = file[from..Math.Min(file.Length, from + random.Next(1, 400))];
        return [.. file[..from], .. Enumerable.Repeat(part, times).SelectMany(bytes => bytes), .. file[from..]];
    }

    /// <summary>Overwrites a length, an offset, a size or a count with a number that often breaks parsers.</summary>
    private static byte[] LieAboutLength(byte[] file, Random random)
    {
        uint[] lies = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF, (uint)file.Length, (uint)file.Length + 1, (uint)random.Next()];
        var lie = lies[random.Next(lies.Length)];
        var at = file.AsSpan(Position(file, random, size: 4));
        switch (random.Next(4))
        {
            case 0:
                BinaryPrimitives.WriteUInt32BigEndian(at, lie);
                break;
            case 1:
                BinaryPrimitives.WriteUInt32LittleEndian(at, lie);
                break;
            case 2:
                BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)lie);
                break;
            default:
                BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)lie);
                break;
        }

        return file;
    }

    /// <summary>Collects the renderer's warnings about crashed workers.</summary>
    private sealed class WarningLog : ILogger<WorkerDispatcher>
    {
        internal ConcurrentBag<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Warnings.Add(formatter(state, exception));
            }
        }
    }
}
