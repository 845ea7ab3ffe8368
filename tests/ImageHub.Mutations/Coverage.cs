using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace ImageHub.Mutations;

/// <summary>
/// The branches that variants have taken. As in AFL, a counter stands for a pair of consecutive branches, and the number of times that a variant takes the
/// pair is put into one of eight classes.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Counters = 1 << 16;

    private readonly byte[] classes = new byte[Counters];

    /// <summary>The number of pairs of branches that any variant has taken.</summary>
    public int Count { get; private set; }

    /// <summary>Provides the memory of the counters; instrumented code must not run earlier.</summary>
    public static void Start() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Counters);

    /// <summary>Resets the counters before a variant.</summary>
    public static void Reset()
    {
        new Span<byte>(Trace.SharedMem, Counters).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Adds the pairs that the variant has taken since the reset.</summary>
    /// <returns>Whether the variant took a new pair, or a pair in a class that no earlier variant reached.</returns>
    public bool Add()
    {
        var isNew = false;
        var counters = new ReadOnlySpan<byte>(Trace.SharedMem, Counters);
        for (var at = 0; counters[at..].IndexOfAnyExcept((byte)0) is var next and >= 0 && (at += next) < Counters; at++)
        {
            var taken = Classify(counters[at]);
            if ((classes[at] & taken) == 0)
            {
                Count += classes[at] == 0 ? 1 : 0;
                classes[at] |= taken;
                isNew = true;
            }
        }

        return isNew;
    }

    private static byte Classify(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
