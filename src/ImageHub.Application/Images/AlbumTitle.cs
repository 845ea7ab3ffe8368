using System.Text.Json;
using ImageHub.Domain;
using ImageHub.Domain.Groups;

namespace ImageHub.Application.Images;

/// <summary>The title of an album, read from the file in which Google Takeout describes the album (<see cref="SidecarNames.OfAlbum"/>).</summary>
public static class AlbumTitle
{
    /// <summary>The maximum size of the file, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads the title; null if the file is not JSON, or has no title that a group can have.</summary>
    public static string? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var album = JsonDocument.Parse(json);
            if (album.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("title", out var value) || value.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            var title = new string([.. value.GetString()!.Select(character => char.IsControl(character) ? ' ' : character)]).Trim();
            return Characters.Count(title) is 0 or > Group.MaxTitleLength ? null : title;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // JsonElement throws InvalidOperationException for half of a surrogate pair.
            return null;
        }
    }
}
