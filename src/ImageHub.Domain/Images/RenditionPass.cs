namespace ImageHub.Domain.Images;

/// <summary>The progress of rendering all images again after a change of the boxes. The table has a single row.</summary>
public sealed class RenditionPass
{
    /// <summary>The id of the single row.</summary>
    public const int OnlyId = 1;

    private RenditionPass()
    {
    }

    /// <summary>Always <see cref="OnlyId"/>.</summary>
    public int Id { get; private init; } = OnlyId;

    /// <summary>The boxes of the current pass, or of the latest pass if none is running.</summary>
    public string Boxes { get; private set; } = "";

    /// <summary>The last image handled in the current pass; null if no pass is running.</summary>
    public Guid? LastImageId { get; private set; }

    /// <summary>The state of a database whose images have all been rendered for the given boxes.</summary>
    public static RenditionPass Ended(string boxes) => new() { Boxes = boxes };

    /// <summary>Starts a pass.</summary>
    public void Begin(string boxes) => (Boxes, LastImageId) = (boxes, Guid.Empty);

    /// <summary>Records an image as handled.</summary>
    public void Pass(Guid imageId) => LastImageId = imageId;

    /// <summary>Ends the pass after the last image.</summary>
    public void End() => LastImageId = null;
}
