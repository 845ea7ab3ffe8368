namespace ImageHub.Domain;

/// <summary>Places in an order that is kept by hand: 64-bit numbers with gaps, so that moving a block rewrites only the block.</summary>
public static class Position
{
    /// <summary>The gap between neighbours that were added one after the other: space for 32 halvings, for two billion neighbours.</summary>
    public const long Gap = 1L << 32;

    /// <summary>Evenly spaced places strictly between two neighbours.</summary>
    /// <param name="before">The place before the block, or null at the front.</param>
    /// <param name="after">The place after the block, or null at the end.</param>
    /// <param name="count">How many places.</param>
    /// <returns>The places, ascending; null when the gap is used up, so that the order must be spaced anew.</returns>
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
