namespace ImageHub.Domain.Images;

/// <summary>The texts and the rating that a photographer's software has written into a file.</summary>
public sealed record Caption
{
    /// <summary>The maximum length of <see cref="Creator"/> and of <see cref="Copyright"/>, in characters.</summary>
    public const int MaxCreditLength = 1_000;

    /// <summary>The lowest rating.</summary>
    public const int MinRating = 1;

    /// <summary>The highest rating.</summary>
    public const int MaxRating = 5;

    /// <summary>No caption.</summary>
    public static readonly Caption None = new();

    /// <summary>The title, or null.</summary>
    public string? Title { get; init; }

    /// <summary>The description, or null.</summary>
    public string? Description { get; init; }

    /// <summary>The tags.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>1 to 5, or null.</summary>
    public int? Rating { get; init; }

    /// <summary>The photographers, separated by semicolons, or null.</summary>
    public string? Creator { get; init; }

    /// <summary>The copyright notice, or null.</summary>
    public string? Copyright { get; init; }

    /// <summary>Whether there is neither a text nor a rating.</summary>
    public bool IsEmpty => this is { Title: null, Description: null, Tags.Count: 0, Rating: null, Creator: null, Copyright: null };
}
