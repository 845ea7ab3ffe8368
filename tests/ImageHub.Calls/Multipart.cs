using System.Text;
using ImageHub.Testing.Images;

namespace ImageHub.Calls;

/// <summary>Multipart bodies with small pictures, and broken ones.</summary>
internal static class Multipart
{
    private const string Boundary = "calls-boundary";

    /// <summary>Makes a small picture, or content that is not a picture.</summary>
    public static byte[] Picture(Random random)
    {
        var seed = random.Next(1_000);
        return random.Next(6) switch
        {
            0 => TestImages.Jpeg(24, 16, seed),
            1 => TestImages.Gif(16, 16, seed),
            2 => Cut(TestImages.Png(24, 16, seed), random),
            3 => Encoding.UTF8.GetBytes($"no picture {seed}"),
            4 => [],
            _ => TestImages.Png(24, 16, seed),
        };
    }

    /// <summary>Makes a body.</summary>
    /// <param name="random">The source of choices.</param>
    /// <param name="isBroken">Whether the body is broken.</param>
    public static BrokenJson.Body Make(Random random, bool isBroken)
    {
        var name = $"{random.Next(1_000)}.png";
        byte[] part =
        [
            .. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\nsea,boats\r\n--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"),
            .. Picture(random),
        ];
        byte[] end = [.. "\r\n--"u8, .. Encoding.UTF8.GetBytes(Boundary), .. "--\r\n"u8];
        const string type = "multipart/form-data; boundary=" + Boundary;
        if (!isBroken)
        {
            return new("", [.. part, .. end], type);
        }

        return random.Next(14) switch
        {
            0 => new("no end", part, type),
            1 => new("no boundary", [.. part, .. end], "multipart/form-data"),
            2 => new("another boundary", [.. part, .. end], "multipart/form-data; boundary=other"),
            3 => new("long boundary", [.. part, .. end], $"multipart/form-data; boundary={new string('b', 300)}"),
            4 => new("empty", [], type),
            5 => new("only the end", end, type),
            6 => new("header without a colon", [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\nx\r\n\r\na"), .. end], type),
            7 => new("long part header", [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{new string('n', 40_000)}\"; filename=\"a\"\r\n\r\na"), .. end], type),
            8 => new("NUL in a file name", [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\0b/../c.png\"\r\n\r\na"), .. end], type),
            9 => new("broken file name", [.. Encoding.Latin1.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"f\"; filename*=UTF-8''%ff%zz\u00ff\r\n\r\na"), .. end], type),
            10 => new("no disposition", [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\n\r\na"), .. end], type),
            11 => new("invalid tags", [.. "--"u8, .. Encoding.UTF8.GetBytes(Boundary), .. "\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\n"u8, 0xFF, 0xFE, 0, .. "\r\n"u8, .. part, .. end], type),
            12 => new("many tags", [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\n{string.Join(',', Enumerable.Range(0, 300))}\r\n"), .. part, .. end], type),
            _ => new("many headers", [.. Encoding.UTF8.GetBytes($"--{Boundary}\r\n{string.Concat(Enumerable.Range(0, 100).Select(index => $"X-{index}: 1\r\n"))}\r\na"), .. end], type),
        };
    }

    private static byte[] Cut(byte[] bytes, Random random) => bytes[..random.Next(bytes.Length)];
}
