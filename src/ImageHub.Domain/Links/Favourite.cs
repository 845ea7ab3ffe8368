namespace ImageHub.Domain.Links;

/// <summary>
/// An image chosen by a guest. There is no foreign key to the image, so the favourite remains when the image is moved, trashed or deleted.
/// </summary>
public sealed class Favourite
{
    /// <summary>The maximum length of a note, in characters.</summary>
    public const int MaxNoteLength = 500;

    private Favourite()
    {
    }

    /// <summary>The guest.</summary>
    public Guid GuestId { get; private init; }

    /// <summary>The image, which may no longer exist.</summary>
    public Guid ImageId { get; private init; }

    /// <summary>The image's file name when it was chosen. It is shown if the image no longer exists.</summary>
    public string FileName { get; private init; } = "";

    /// <summary>The guest's note, or null.</summary>
    public string? Note { get; private set; }

    /// <summary>When the image was chosen.</summary>
    public DateTimeOffset ChosenAt { get; private init; }

    /// <summary>Creates a favourite without a note.</summary>
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
