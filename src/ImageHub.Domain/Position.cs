namespace ImageHub.Domain;

/// <summary>Positions in a manually sorted list: 64-bit numbers with gaps. Moving a block of items rewrites only the positions of that block.</summary>
public static class Position
{
    /// <summary>The gap between consecutively appended items. A gap can be bisected 32 times, and a list can have two billion items.</summary>
    public const long Gap = 1L << 32;

    /// <summary>Computes evenly spaced positions strictly between two neighbours.</summary>
    /// <param name="before">The position before the block, or null at the start.</param>
    /// <param name="after">The position after the block, or null at the end.</param>
    /// <param name="count">The number of positions.</param>
    /// <returns>The positions, ascending; null if the gap is too small and the list must be renumbered.</returns>
    public static long[]? Between(long? before, long? after, int count)
    {
        if (before is null && after is null)
        {
            return Sequence(0, Gap, count);
        }

        if (after is null)
        {
            return Sequence(before!.Value, Gap, count);
        }

        if (before is null)
        {
            return Sequence(after.Value - (Gap * (count + 1)), Gap, count);
        }

        var step = (after.Value - before.Value) / (count + 1);
        return step > 0 ? Sequence(before.Value, step, count) : null;
    }

    private static long[] Sequence(long from, long step, int count)
    {
        var places = new long[count];
        for (var i = 0; i < count; i++)
        {
            places[i] = from + (step * (i + 1));
        }

        return places;
    }
}
