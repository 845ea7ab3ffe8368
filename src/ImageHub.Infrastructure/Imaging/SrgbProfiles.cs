using System.Security.Cryptography;
using NetVips;
using VipsImage = NetVips.Image;

namespace ImageHub.Infrastructure.Imaging;

/// <summary>
/// Recognizes sRGB profiles, which cameras embed in most pictures, and browsers in pictures that they encode. The result of each test, on 4,096 colours, is
/// kept in memory, because setting up a conversion takes as long as decoding a small picture.
/// </summary>
internal sealed class SrgbProfiles
{
    /// <summary>The libvips header field that contains an embedded colour profile.</summary>
    internal const string Field = "icc-profile-data";

    // Most pictures share a few profiles. When this number is reached, all results are discarded.
    private const int MaxKnown = 64;

    // The number of tested levels of each channel, which are 17 apart.
    private const int Levels = 16;

    private static readonly byte[] Colours = [.. Enumerable.Range(0, Levels * Levels * Levels).SelectMany(colour => (byte[])[Level(colour), Level(colour / Levels), Level(colour / Levels / Levels)])];

    private readonly Dictionary<string, bool> known = new(StringComparer.Ordinal);

    /// <summary>Whether the profile embedded in an sRGB image is sRGB: converting with it changes no tested sample by more than 1 of 255.</summary>
    internal bool IsSrgb(VipsImage image)
    {
        var profile = (byte[])image.Get(Field);
        var hash = Convert.ToHexString(SHA256.HashData(profile));
        if (!known.TryGetValue(hash, out var isSrgb))
        {
            if (known.Count == MaxKnown)
            {
                known.Clear();
            }

            known[hash] = isSrgb = ChangesNothing(profile);
        }

        return isSrgb;
    }

    private static byte Level(int number) => (byte)(number % Levels * 17);

    private static bool ChangesNothing(byte[] profile)
    {
        using var untagged = VipsImage.NewFromMemory(Colours, Levels * Levels, Levels, 3, Enums.BandFormat.Uchar);
        using var colours = untagged.Mutate(image => image.Set(GValue.BlobType, Field, profile));
        try
        {
            using var converted = colours.IccTransform("srgb", embedded: true);
            return converted.Bands == 3 && converted.WriteToMemory<byte>().Zip(Colours).All(pair => Math.Abs(pair.First - pair.Second) <= 1);
        }
        catch (VipsException exception) when (!exception.IsOutOfMemory)
        {
            // The normal conversion decides how to handle the profile.
            return false;
        }
    }
}
