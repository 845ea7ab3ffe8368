namespace ImageHub.Domain.Images;

/// <summary>The point of a picture that crops keep.</summary>
/// <param name="X">The fraction of the upright picture's width, 0 to 1 from the left.</param>
/// <param name="Y">The fraction of the upright picture's height, 0 to 1 from the top.</param>
public sealed record FocusPoint(double X, double Y);
