namespace ImageHub.Infrastructure.Imaging.Metadata;

/// <summary>The values of the orientation tag (EXIF 3.0 4.6.4): 1 to 8, how to turn and mirror the stored pixels for display.</summary>
internal static class ExifOrientation
{
    /// <summary>The stored pixels are upright.</summary>
    internal const int Upright = 1;

    /// <summary>The field type of the tag: SHORT.</summary>
    internal const ushort Type = 3;

    // Each value is the previous one rotated clockwise by 90 degrees. The first array has the orientations without mirroring.
    private static readonly int[] Turns = [1, 6, 3, 8];
    private static readonly int[] MirroredTurns = [2, 7, 4, 5];

    /// <summary>Returns the orientation of the picture after it has been rotated clockwise. An unknown orientation counts as upright.</summary>
    /// <param name="orientation">The current orientation.</param>
    /// <param name="degrees">A multiple of 90.</param>
    internal static int Rotate(int orientation, int degrees)
    {
        var turns = MirroredTurns.Contains(orientation) ? MirroredTurns : Turns;
        return turns[(Math.Max(0, Array.IndexOf(turns, orientation)) + (degrees / 90)) % turns.Length];
    }
}
