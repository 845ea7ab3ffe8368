namespace ImageHub.Domain.Images;

/// <summary>The point of a picture that crops keep.</summary>
/// <param name="X">The fraction of the upright picture's width, 0 to 1 from the left.</param>
/// <param name="Y">The fraction of the upright picture's height, 0 to 1 from the top.</param>
public sealed record FocusPoint(double X, double Y)
{
    /// <summary>The same point after the picture has been rotated clockwise.</summary>
    /// <param name="degrees">90, 180 or 270.</param>
    public FocusPoint Rotate(int degrees) => degrees switch
    {
        90 => new FocusPoint(1 - Y, X),
        180 => new FocusPoint(1 - X, 1 - Y),
        _ => new FocusPoint(Y, 1 - X),
    };
}
