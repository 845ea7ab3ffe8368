namespace ImageHub.Benchmarks;

/// <summary>Photographs for the measurements, cropped from Debian's wallpapers.</summary>
internal sealed class Photos : IDisposable
{
    /// <summary>Debian's Python, which includes Pillow. Another Python in the <c>PATH</c> may not include it.</summary>
    public const string Python = "/usr/bin/python3";

    private Photos(string folder) => Folder = folder;

    /// <summary>Twelve photos of 6 megapixels.</summary>
    public IReadOnlyList<string> Small => Find("6mp-*.jpg");

    /// <summary>Four photos of 24 megapixels.</summary>
    public IReadOnlyList<string> Large => Find("24mp-*.jpg");

    /// <summary>One photo of slightly more than 8 MB.</summary>
    public string Heavy => Find("8mb.jpg").Single();

    private string Folder { get; }

    public static async Task<Photos> MakeAsync()
    {
        var photos = new Photos(Tools.NewFolder());
        Console.WriteLine("  cutting photographs ...");
        await Tools.RunAsync(Python, Path.Combine(Tools.Peers, "pillow.py"), "photos", photos.Folder);
        return photos;
    }

    /// <summary>
    /// Makes unique photos of 6 megapixels by appending different bytes. ImageHub stores a cleaned copy without these bytes, as for most camera files.
    /// </summary>
    public async Task<string[]> MakeUniqueAsync(int count)
    {
        var unique = Directory.CreateDirectory(Path.Combine(Folder, "unique"));
        var made = new string[count];
        for (var number = 0; number < count; number++)
        {
            made[number] = Path.Combine(unique.FullName, $"{number}.jpg");
            File.Copy(Small[number % Small.Count], made[number]);
            await File.AppendAllBytesAsync(made[number], BitConverter.GetBytes(number));
        }

        return made;
    }

    /// <summary>Writes the EXIF data of a camera into photos.</summary>
    public static Task AddCameraAsync(IReadOnlyList<string> photos) => Tools.RunAsync("exiftool", [
        "-q", "-overwrite_original", "-Make=Canon", "-Model=EOS R5", "-LensModel=RF24-105mm F4", "-DateTimeOriginal=2026:05:06 07:08:09", "-ExposureTime=1/200", "-FNumber=4", "-ISO=100", "-FocalLength=35", .. photos]);

    /// <summary>Copies photos and writes a caption into each copy: title, description, tags, rating, creator and copyright in XMP, IPTC-IIM and EXIF.</summary>
    public async Task<string[]> CaptionAsync(IReadOnlyList<string> sources)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, "captioned")).FullName;
        var captioned = sources.Select(source => Path.Combine(folder, Path.GetFileName(source))).ToArray();
        foreach (var (source, copy) in sources.Zip(captioned))
        {
            File.Copy(source, copy);
        }

        const string text = "The harbour at dusk, seen from the old pier";
        await Tools.RunAsync("exiftool", [
            "-q", "-overwrite_original", $"-XMP-dc:Title={text}", $"-IPTC:ObjectName={text}", $"-XMP-dc:Description={text}", $"-IPTC:Caption-Abstract={text}", $"-EXIF:ImageDescription={text}",
            "-XMP-dc:Subject=harbour", "-XMP-dc:Subject=dusk", "-IPTC:Keywords=harbour", "-IPTC:Keywords=dusk", "-XMP:Rating=4",
            "-XMP-dc:Creator=Jane Doe", "-IPTC:By-line=Jane Doe", "-EXIF:Artist=Jane Doe", "-XMP-dc:Rights=(c) Jane Doe", "-IPTC:CopyrightNotice=(c) Jane Doe", "-EXIF:Copyright=(c) Jane Doe", folder]);
        return captioned;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private string[] Find(string pattern) => [.. Directory.EnumerateFiles(Folder, pattern).Order(StringComparer.Ordinal)];
}
