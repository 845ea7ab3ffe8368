namespace ImageHub.Api.Console.Adding;

/// <summary>Natural sort order: digits by their value, letters case-insensitively. <c>IMG_9</c> sorts before <c>img_10</c>.</summary>
internal sealed class NaturalOrder : IComparer<string>
{
    public static NaturalOrder Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan();
        var right = y.AsSpan();
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var order = char.IsAsciiDigit(left[0]) && char.IsAsciiDigit(right[0])
                ? CompareNumbers(TakeNumber(ref left), TakeNumber(ref right))
                : CompareLetters(ref left, ref right);
            if (order != 0)
            {
                return order;
            }
        }

        var rest = left.Length.CompareTo(right.Length);
        return rest != 0 ? rest : string.CompareOrdinal(x, y);
    }

    private static int CompareLetters(ref ReadOnlySpan<char> left, ref ReadOnlySpan<char> right)
    {
        var order = char.ToUpperInvariant(left[0]).CompareTo(char.ToUpperInvariant(right[0]));
        left = left[1..];
        right = right[1..];
        return order;
    }

    /// <summary>Compares numbers of any length without parsing: after removing leading zeros the longer number is larger.</summary>
    private static int CompareNumbers(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        left = left.TrimStart('0');
        right = right.TrimStart('0');
        var byLength = left.Length.CompareTo(right.Length);
        return byLength != 0 ? byLength : left.SequenceCompareTo(right);
    }

    private static ReadOnlySpan<char> TakeNumber(ref ReadOnlySpan<char> text)
    {
        var length = 1;
        while (length < text.Length && char.IsAsciiDigit(text[length]))
        {
            length++;
        }

        var number = text[..length];
        text = text[length..];
        return number;
    }
}
