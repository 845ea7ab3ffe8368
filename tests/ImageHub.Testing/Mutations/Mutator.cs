using System.Buffers.Binary;

namespace ImageHub.Testing.Mutations;

/// <summary>Damages files in the ways that break parsers.</summary>
/// <param name="tokens">Byte sequences with a meaning in the format, such as names of chunks and headers; may be empty.</param>
public sealed class Mutator(IReadOnlyList<byte[]> tokens)
{
    /// <summary>The maximum length of a damaged file in bytes; longer files are cut off.</summary>
    private const int MaxLength = 256 * 1024;

    private const int MaxBlockLength = 400;

    // Headers are at the start, so at least half of the changes go there.
    private const int HeadLength = 256;

    private static readonly ulong[] InterestingNumbers =
    [
        0, 1, 2, 3, 4, 7, 8, 12, 16, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFF, 0x1_0000_0000,
        0x1FFF_FFFF_FFFF_FFFF, 0x7FFF_FFFF_FFFF_FFFF, 0x8000_0000_0000_0000, 0xFFFF_FFFF_FFFF_FFFF,
    ];

    /// <summary>Makes one to four changes.</summary>
    /// <param name="file">The file, which stays as it is.</param>
    /// <param name="other">Another file, whose bytes are used for splices.</param>
    /// <param name="random">Determines the changes.</param>
    /// <returns>The damaged file; at least one byte.</returns>
    public byte[] Mutate(byte[] file, byte[] other, Random random)
    {
        var damaged = (byte[])[.. file];
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            damaged = Change(damaged, other, random);
            if (damaged.Length > MaxLength)
            {
                damaged = damaged[..MaxLength];
            }
            else if (damaged.Length == 0)
            {
                damaged = [(byte)random.Next(256)];
            }
        }

        return damaged;
    }

    private byte[] Change(byte[] file, byte[] other, Random random) => random.Next(tokens.Count > 0 ? 16 : 12) switch
    {
        0 => FlipBits(file, random, 1),
        1 => FlipBits(file, random, random.Next(2, 20)),
        2 => WriteNumber(file, InterestingNumbers[random.Next(InterestingNumbers.Length)], random),
        3 => WriteNumber(file, (ulong)random.Next(file.Length + 16), random),
        4 => AddToNumber(file, random),
        5 => ChangeLength(file, random),
        6 => file[..Position(file, random)],
        7 => Repeat(file, random),
        8 => Remove(file, random),
        9 => CopyWithin(file, random),
        10 => Splice(file, other, random),
        11 => Fill(file, random),
        12 => Insert(file, Token(random), random),
        13 => Overwrite(file, Token(random), random),
        14 => Insert(file, Token(random), random),
        _ => ReplaceDigits(file, random),
    };

    private byte[] Token(Random random) => tokens[random.Next(tokens.Count)];

    private static int Position(byte[] file, Random random) => random.Next(random.Next(2) == 0 ? Math.Min(file.Length, HeadLength) : file.Length);

    private static (int From, int To) Block(byte[] file, Random random)
    {
        var from = Position(file, random);
        return (from, Math.Min(file.Length, from + random.Next(1, random.Next(4) == 0 ? MaxBlockLength : 16)));
    }

    private static byte[] FlipBits(byte[] file, Random random, int count)
    {
        for (var i = 0; i < count; i++)
        {
            file[Position(file, random)] ^= (byte)(1 << random.Next(8));
        }

        return file;
    }

    /// <summary>Overwrites 1, 2, 4 or 8 bytes with a number in one of the two byte orders.</summary>
    private static byte[] WriteNumber(byte[] file, ulong number, Random random)
    {
        Put(file, Position(file, random), 1 << random.Next(4), number, isLittleEndian: random.Next(2) == 0);
        return file;
    }

    private static byte[] AddToNumber(byte[] file, Random random)
    {
        var (at, size, isLittleEndian) = (Position(file, random), 1 << random.Next(4), random.Next(2) == 0);
        Put(file, at, size, Get(file, at, size, isLittleEndian) + (ulong)random.Next(-35, 36), isLittleEndian);
        return file;
    }

    /// <summary>
    /// Finds a number that may be the length of the bytes after it. Changes the number, or inserts or removes bytes and corrects the number, so that the
    /// surrounding structure remains valid.
    /// </summary>
    private static byte[] ChangeLength(byte[] file, Random random)
    {
        var isLittleEndian = random.Next(2) == 0;
        for (var attempt = 0; attempt < 32; attempt++)
        {
            var (at, size) = (Position(file, random), random.Next(2) == 0 ? 2 : 4);
            var length = Get(file, at, size, isLittleEndian);
            if (length == 0 || (ulong)(at + size) + length > (ulong)file.Length)
            {
                continue;
            }

            var inside = at + size + random.Next((int)length);
            switch (random.Next(4))
            {
                case 0:
                    var added = random.Next(1, 64);
                    Put(file, at, size, length + (ulong)added, isLittleEndian);
                    return [.. file[..inside], .. new byte[added], .. file[inside..]];
                case 1:
                    var removed = Math.Min(random.Next(1, 64), at + size + (int)length - inside);
                    Put(file, at, size, length - (ulong)removed, isLittleEndian);
                    return [.. file[..inside], .. file[(inside + removed)..]];
                case 2:
                    Put(file, at, size, (ulong)(file.Length - at - size + random.Next(-2, 3)), isLittleEndian);
                    return file;
                default:
                    Put(file, at, size, length + (ulong)random.Next(-9, 10), isLittleEndian);
                    return file;
            }
        }

        return file;
    }

    private static byte[] Repeat(byte[] file, Random random)
    {
        var (from, to) = Block(file, random);
        var times = random.Next(8) == 0 ? random.Next(1, 2_000) : random.Next(1, 20);
        times = Math.Min(times, MaxLength / (to - from));
        return [.. file[..to], .. Enumerable.Repeat(file[from..to], times).SelectMany(bytes => bytes), .. file[to..]];
    }

    private static byte[] Remove(byte[] file, Random random)
    {
        var (from, to) = Block(file, random);
        return [.. file[..from], .. file[to..]];
    }

    private static byte[] CopyWithin(byte[] file, Random random)
    {
        var (from, to) = Block(file, random);
        return random.Next(2) == 0 ? Overwrite(file, file[from..to], random) : Insert(file, file[from..to], random);
    }

    private static byte[] Splice(byte[] file, byte[] other, Random random)
    {
        var from = random.Next(other.Length);
        var to = random.Next(from, other.Length + 1);
        return random.Next(2) == 0 ? [.. file[..Position(file, random)], .. other[from..]] : Insert(file, other[from..to], random);
    }

    private static byte[] Fill(byte[] file, Random random)
    {
        var (from, to) = Block(file, random);
        var value = (byte)(random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => random.Next(256) });
        file.AsSpan(from, to - from).Fill(value);
        return file;
    }

    private static byte[] Insert(byte[] file, byte[] inserted, Random random)
    {
        var at = Position(file, random);
        return [.. file[..at], .. inserted, .. file[at..]];
    }

    private static byte[] Overwrite(byte[] file, byte[] bytes, Random random)
    {
        var at = Position(file, random);
        bytes.AsSpan(0, Math.Min(bytes.Length, file.Length - at)).CopyTo(file.AsSpan(at));
        return file;
    }

    /// <summary>Replaces a decimal number in a text with an interesting one.</summary>
    private static byte[] ReplaceDigits(byte[] file, Random random)
    {
        var from = Position(file, random);
        while (from < file.Length && !char.IsAsciiDigit((char)file[from]))
        {
            from++;
        }

        var to = from;
        while (to < file.Length && char.IsAsciiDigit((char)file[to]))
        {
            to++;
        }

        var number = InterestingNumbers[random.Next(InterestingNumbers.Length)];
        var text = random.Next(4) switch { 0 => $"-{number}", 1 => $"{number}.{number}", 2 => $"0{number}", _ => $"{number}" };
        return [.. file[..from], .. text.Select(character => (byte)character), .. file[to..]];
    }

    private static ulong Get(byte[] file, int at, int size, bool isLittleEndian)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        bytes.Clear();
        var length = Math.Min(size, file.Length - at);
        file.AsSpan(at, length).CopyTo(bytes);
        return isLittleEndian ? BinaryPrimitives.ReadUInt64LittleEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes) >> (8 * (sizeof(ulong) - size));
    }

    // Bytes of the number beyond the end of the file are left out.
    private static void Put(byte[] file, int at, int size, ulong number, bool isLittleEndian)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        bytes = bytes[..size];
        if (!isLittleEndian)
        {
            bytes.Reverse();
        }

        bytes[..Math.Min(size, file.Length - at)].CopyTo(file.AsSpan(at));
    }
}
