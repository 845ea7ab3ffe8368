namespace ImageHub.Domain.Images;

/// <summary>A box in pixels that a rendition must fit inside, keeping its aspect and never being enlarged.</summary>
/// <param name="Width">Pixels, after orientation.</param>
/// <param name="Height">Pixels, after orientation.</param>
public readonly record struct Box(int Width, int Height);
