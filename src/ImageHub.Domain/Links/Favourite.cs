namespace ImageHub.Domain.Links;

/// <summary>An image that a guest has chosen. It names the image without depending on it: what was chosen stays when the image is moved, trashed or deleted.</summary>
public sealed class Favourite
{
    /// <summary>The most characters of a note.</summary>
    public const int MaxNoteLength = 500;

    private Favourite()
    {
    }

    /// <summary>Who has chosen it.</summary>
    public Guid GuestId { get; private init; }

    /// <summary>Which image; it may be gone.</summary>
    public Guid ImageId { get; private init; }

    /// <summary>The image's file name when it was chosen, for when it is gone.</summary>
    public string FileName { get; private init; } = "";

    /// <summary>What the guest says about it, or null.</summary>
    public string? Note { get; private set; }

    /// <summary>When it was chosen.</summary>
    public DateTimeOffset ChosenAt { get; private init; }

    /// <summary>An image without a note.</summary>
    public static Favourite Create(Guid guestId, Guid imageId, string fileName, DateTimeOffset now) => new()
    {
        GuestId = guestId,
        ImageId = imageId,
        FileName = fileName,
        ChosenAt = now,
    };

    /// <summary>Replaces the note; null removes it.</summary>
    public void Annotate(string? note) => Note = note;
}
